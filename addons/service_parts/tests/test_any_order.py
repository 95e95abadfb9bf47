import random

from odoo.exceptions import UserError

from .common import PartsCase


class TestAnyOrder(PartsCase):
    """Plan, take off, fit, end and cancel in any order: nothing is lost or doubled."""

    def test_any_order_keeps_serials_and_counts(self):
        fitted = 0
        for seed in range(4):
            with self.subTest(seed=seed):
                fitted += self._walk(random.Random(seed))
        self.assertGreater(fitted, 2)

    def _walk(self, dice):
        ticket = self._job(self.engineer)
        job, moves = self._as(self.engineer, ticket), []
        belts = sum(self._stock(self.belt).values())
        for _step in range(14):
            step = dice.choice(("plan", "fit", "fit", "refit", "unplan", "finish"))
            try:
                self._step(step, dice, job, moves)
            except UserError:
                pass  # a refusal is an answer; what counts is what stock says then
            self.assertSerialsInOnePlace(self.board)
            self.assertEqual(sum(self._stock(self.belt).values()), belts)
        if dice.random() < 0.5:
            self._as(self.dispatcher, ticket).action_cancel()
        for move in moves:
            state, line = move.sudo().state, move.sudo().sale_line_id
            if state == "done":
                self.assertEqual(line.qty_delivered, move.sudo().quantity)
            elif state == "cancel":
                self.assertFalse(line.product_uom_qty)
        return sum(move.sudo().state == "done" for move in moves)

    def _step(self, step, dice, job, moves):
        with self.env.cr.savepoint():
            if step == "plan":
                part = dice.choice((self.board, self.belt))
                moves.append(job._plan_part(part, 1, self.engineer))
                self._consent(job.with_env(self.env))
            elif step == "finish":
                job._finish_repairs()
            elif moves:
                move = dice.choice(moves)
                lot = dice.choice((self.board_1, self.board_2, self.board_3))
                if step == "unplan":
                    job._unplan_part(move)
                else:
                    removed = dice.choice((None, f"OLD-{dice.randrange(3)}", "CB-9"))
                    is_board = move.sudo().product_id == self.board
                    job._fit_part(move, lot if is_board else None, removed)
