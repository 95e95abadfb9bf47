"""Finding the solved faults that are like a ticket, among a million (R87).

Candidates come from indexes, each bounded; the engine ranks the few hundred of them.
"""

from odoo import api, models
from odoo.tools import SQL

from ..engine import similar

_EACH = 100  # candidates from each index
_TELLING = 16  # words that texts are sorted by before the engine ranks them
_TOUCHED = 2000  # texts that one lookup of rare words may touch


class ServiceSolution(models.Model):
    _inherit = "service.solution"

    @api.model
    def _find_similar(self, company, product, symptom, texts, most=5, without=None):
        """Return [(solution, score, times fixed so)] that are most like a fault.

        :param texts: what is said of the fault, in any language
        :param without: a ticket that is not its own example
        """
        words = similar.get_words(*texts)
        asked = similar.Fault(
            words=frozenset(words),
            symptoms={symptom.id: 1.0} if symptom else self._guess_symptoms(words),
            model=product.id or 0,
            category=product.sudo().categ_id.id or 0,
        )
        if not asked.words and not asked.symptoms:
            return []
        shares = self._get_shares(words)
        solved = self._fetch_candidates(company, asked, shares, without)
        matches = similar.rank(asked, solved, shares, most)
        return [(self.browse(m.key), m.score, m.times) for m in matches]

    @api.model
    def _guess_symptoms(self, words):
        """Return the symptoms that the words name, in whichever language.

        That is the bridge between languages: 不制冷 and “does not cool” are one code.
        """
        self.env["service.fault.code"].flush_model(["name"])
        self.env.cr.execute(
            "SELECT id, name FROM service_fault_code WHERE kind = 'symptom' AND active"
        )
        names = {
            code: [frozenset(similar.get_words(name)) for name in {*in_langs.values()}]
            for code, in_langs in self.env.cr.fetchall()
        }
        return similar.guess_symptoms(frozenset(words), names)

    @api.model
    def _get_shares(self, words):
        """Return {word: share of all texts} of the common ones, from the statistics
        that PostgreSQL keeps anyway; under "" the share that is rare enough."""
        self.env.cr.execute(
            SQL(
                """SELECT word, share FROM pg_stats s,
                          unnest(s.most_common_elems::text::text[],
                                 s.most_common_elem_freqs) AS common(word, share)
                    WHERE s.schemaname = current_schema()
                      AND s.tablename = 'service_solution_by_words'
                      AND word = ANY(%s)
                    UNION ALL
                   SELECT '', %s / greatest(reltuples, 1) FROM pg_class
                    WHERE oid = 'service_solution'::regclass""",
                list(words),
                _TOUCHED,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _fetch_candidates(self, company, asked, shares, without):
        """Return at most some hundred solved faults, as the engine wants them."""
        sources = [
            *self._get_code_sources(asked),
            *self._get_text_sources(company, asked.words, shares),
        ]
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT DISTINCT id, words, symptom_id, product_id, category_id,
                          cause_id, remedy_id
                     FROM (%s) AS found""",
                SQL(" UNION ALL ").join(
                    SQL(
                        "(SELECT * FROM service_solution s WHERE company_id = %s "
                        "AND ticket_id != %s AND %s LIMIT %s)",
                        company.id,
                        (without and without.id) or 0,
                        source,
                        _EACH,
                    )
                    for source in sources
                ),
            )
        )
        return [
            similar.Fault(
                key=key,
                words=frozenset((words or "").split()),
                symptoms={symptom: 1.0} if symptom else {},
                model=product or 0,
                category=category or 0,
                fix=(product or 0, cause, remedy) if cause or remedy else (),
            )
            for key, words, symptom, product, category, cause, remedy in (
                self.env.cr.fetchall()
            )
        ]

    @api.model
    def _get_code_sources(self, asked):
        """Yield conditions with their order: same symptom and model, then wider."""
        for symptom in asked.symptoms:
            for name, value in (
                ("product_id", asked.model),
                ("category_id", asked.category),
            ):
                if value:
                    yield SQL(
                        "symptom_id = %s AND %s = %s ORDER BY id DESC",
                        symptom,
                        SQL.identifier(name),
                        value,
                    )
            yield SQL("symptom_id = %s ORDER BY id DESC", symptom)
        if asked.model:
            yield SQL("product_id = %s ORDER BY id DESC", asked.model)

    @api.model
    def _get_text_sources(self, company, words, shares):
        """Yield conditions that find texts by their telling words.

        Rare words are looked up one or the other; of common ones, those texts that
        hold the two or three rarest together.
        """
        if not words:
            return
        by_rarity = sorted(words, key=lambda word: (shares.get(word, 0.0), word))
        rare, touched = [], 0.0
        for word in by_rarity:
            touched += shares.get(word, 0.0)
            if touched > shares.get("", 1.0):
                break
            rare.append(word)
        order = SQL(
            """cardinality(ARRAY(
                   SELECT unnest(string_to_array(words, ' ')) INTERSECT
                   SELECT unnest(%s::text[]))) DESC, id DESC""",
            by_rarity[:_TELLING],
        )
        if rare:
            yield self._get_text_source(company, "&&", rare, order)
        common = by_rarity[len(rare) :]
        for count in (3, 2, 1):
            if len(common) >= count and (count > 1 or not rare):
                yield self._get_text_source(
                    company, "@>", common[:count], SQL("id DESC")
                )

    @api.model
    def _get_text_source(self, company, operator, words, order):
        """Return a condition on some of the texts that hold the words: never more
        are read than `_TOUCHED`, however common the words are."""
        return SQL(
            """id IN (SELECT id FROM service_solution
                       WHERE company_id = %s
                         AND string_to_array(words, ' ') %s %s::text[] LIMIT %s)
               ORDER BY %s""",
            company.id,
            SQL(operator),
            words,
            _TOUCHED,
            order,
        )
