"""Take the pictures of the documentation by playing the story on the demo data.

    make screenshots

Each role logs in with the demo password and does its part of a repair in a real
browser: desk pictures are 1280 wide, phone pictures 390. Documents are printed and
turned into pictures as well.
"""

import argparse
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
CHROMIUM_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SERIAL = "WM8-24-0107"
UNIT = "WM8-23-0041"
UNIT_PHONE = "555 0140"


class Photographer:
    """A browser, and the folder where its pictures go."""

    def __init__(self, browser, url: str, folder: Path):
        self.browser = browser
        self.url = url
        self.folder = folder
        self.errors: list[str] = []

    @contextmanager
    def role(self, login: str, phone: bool = False):
        """Log in as one of the demo users; give the page."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESK, has_touch=phone, is_mobile=phone
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.errors.append(f"{login}: {error}"))
        page.goto(f"{self.url}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_main_navbar")
        yield page
        context.close()

    def open(self, page: Page, path: str, wait_for: str) -> None:
        page.goto(f"{self.url}{path}")
        page.wait_for_selector(wait_for)

    def shoot(self, page: Page, name: str) -> None:
        """Take a picture once nothing moves any more."""
        page.wait_for_selector(".o_loading_indicator", state="detached")
        page.wait_for_timeout(1200)
        target = self.folder / f"{name}.png"
        page.screenshot(path=target)
        shrink(Image.open(target)).save(target, optimize=True)
        print(f"  {name}.png", flush=True)

    def print_document(
        self, page: Page, report: str, record_id: int, name: str
    ) -> None:
        """Print a document as the user of the page and take a picture of page one."""
        reply = page.request.get(f"{self.url}/report/pdf/{report}/{record_id}")
        if not reply.ok:
            raise RuntimeError(f"{report} was not printed: {reply.status}")
        with tempfile.NamedTemporaryFile(suffix=".pdf") as document:
            document.write(reply.body())
            document.flush()
            target = self.folder / name
            subprocess.run(
                ["pdftoppm", "-png", "-r", "80", "-singlefile", document.name, target],
                check=True,
            )
        print(f"  {name}.png", flush=True)

    def call(self, page: Page, model: str, method: str, *args, **kwargs):
        """Ask the server as the user of the page, as the web client does."""
        reply = page.request.post(
            f"{self.url}/web/dataset/call_kw/{model}/{method}",
            data={
                "jsonrpc": "2.0",
                "method": "call",
                "params": {
                    "model": model,
                    "method": method,
                    "args": args,
                    "kwargs": kwargs,
                },
            },
        ).json()
        if "error" in reply:
            raise RuntimeError(reply["error"]["data"]["message"])
        return reply.get("result")


def shrink(picture: Image.Image) -> Image.Image:
    """Return the picture with 256 colours: screens need no more, and it stays small."""
    return picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)


def choose(page: Page, field: str, typed: str, option: str) -> None:
    """Pick an option of a many2one."""
    page.fill(f".o_field_widget[name={field}] input", typed)
    page.click(f".o-autocomplete--dropdown-item:has-text('{option}')")


def sign(page: Page, pad: str) -> None:
    """Draw a line on a signature pad."""
    canvas = page.locator(f"{pad} canvas")
    canvas.evaluate("node => node.scrollIntoView({block: 'center'})")
    box = canvas.bounding_box()
    x, y, width, height = box["x"], box["y"], box["width"], box["height"]
    page.mouse.move(x + width * 0.15, y + height * 0.7)
    page.mouse.down()
    for step in range(1, 25):
        swing = (0.25 if step % 4 < 2 else -0.2) * (1 - step / 40)
        page.mouse.move(
            x + width * (0.15 + step * 0.028), y + height * (0.5 + swing), steps=3
        )
    page.mouse.up()


def find_caller(page: Page, typed: str, option: str) -> None:
    """Type what the caller says into the search box and take what is found."""
    page.locator(".o_service_caller_search input").press_sequentially(typed, delay=30)
    found = page.locator(f".o-autocomplete--dropdown-item:has-text('{option}')")
    found.first.wait_for()


def take_call(photos: Photographer) -> None:
    with photos.role("frontdesk") as page:
        photos.open(
            page,
            "/odoo/action-service_ticket.service_ticket_intake_action",
            ".o_service_caller_search input",
        )
        find_caller(page, UNIT_PHONE, UNIT)
        photos.shoot(page, "desk-search")
        page.click(f".o-autocomplete--dropdown-item:has-text('{UNIT}')")
        page.wait_for_selector(".o_field_widget[name=duplicate_ids] .o_data_row")
        choose(page, "symptom_id", "Leaks", "Leaks")
        page.click(".o_field_widget[name=criterion_ids] label:has-text('shock')")
        page.fill(
            ".o_field_widget[name=description] textarea",
            "Water on the floor again, at the end of the wash.",
        )
        page.click(".o_field_widget[name=contact_name] input")
        photos.shoot(page, "desk-intake")
        page.click("button[name=action_open_form]")
        page.wait_for_selector("button[name=action_open]")
        photos.shoot(page, "desk-ticket")


def keep_the_desk(photos: Photographer) -> None:
    """What the desk looks at between two calls."""
    action = "/odoo/action-service_ticket."
    with photos.role("frontdesk") as page:
        photos.open(
            page, f"{action}service_ticket_action_due_soon", ".o_list_view .o_data_row"
        )
        photos.shoot(page, "desk-due-soon")
        photos.open(page, "/odoo/service-tickets", ".o_list_view")
        page.click(".o_data_row:has-text('rattles') .o_data_cell[name=subject]")
        page.click("button[name=action_merge]")
        page.wait_for_selector(".modal .o_form_view")
        photos.shoot(page, "desk-merge")
        photos.open(page, f"{action}service_mail_action_quarantine", ".o_data_row")
        page.click(".o_data_row:has-text('pri') .o_data_cell[name=subject]")
        page.wait_for_selector(".o_form_view")
        photos.shoot(page, "desk-quarantine")


def lead_branches(photos: Photographer) -> None:
    """Branches, hand-overs, the roster and a new number."""
    action = "/odoo/action-service_ticket."
    with photos.role("manager") as page:
        photos.open(page, f"{action}service_team_action_branches", ".o_kanban_record")
        photos.shoot(page, "branch-desk")
        photos.open(page, f"{action}service_team_action", ".o_data_row")
        page.click(".o_data_row:has-text('South') .o_data_cell[name=name]")
        page.wait_for_selector(".o_form_view .nav-link:has-text('Members')")
        photos.shoot(page, "branch-form")
        photos.open(page, f"{action}service_duty_action", ".o_calendar_view .fc-event")
        photos.shoot(page, "branch-roster")
        photos.open(page, f"{action}service_hotline_change_action", ".o_data_row")
        page.click(".o_data_row:has-text('0155') .o_data_cell[name=new_number]")
        page.wait_for_selector(".o_form_view .o_field_widget[name=notice_ids]")
        photos.shoot(page, "branch-hotline")
    with photos.role("dispatcher") as page:
        photos.open(page, "/odoo/service-tickets", ".o_list_view")
        page.click(".o_data_row:has-text('drips') .o_data_cell[name=subject]")
        page.click("button[name=action_hand_over]")
        page.wait_for_selector(".modal .o_form_view")
        photos.shoot(page, "branch-handover")


def state_promises(photos: Photographer) -> None:
    with photos.role("manager") as page:
        photos.open(
            page,
            "/odoo/action-service_ticket.service_promise_statement_action",
            ".modal .o_form_view",
        )
        choose(page, "partner_id", "Clinic", "Clinic Park Street")
        page.locator(".modal .o_field_widget[name=partner_id] input").press("Tab")
        photos.shoot(page, "desk-statement")


def see_how_it_goes(photos: Photographer) -> None:
    """The manager: figures, the daily list, a report before it is sent."""
    action = "/odoo/action-service_ticket."
    with photos.role("manager") as page:
        photos.open(page, "/odoo/service-dashboard", ".o_service_tile")
        page.click(".o_service_dashboard button[data-unit=quarter]")
        page.wait_for_selector(".o_service_dashboard_charts canvas")
        photos.shoot(page, "manager-dashboard")
        page.click(".o_service_tile[data-key=kept] .o_service_explain")
        page.click(".o_service_tile[data-key=kept] .o_service_tile_name")
        page.wait_for_selector(".o_service_definition")
        page.locator(".o_service_dashboard_charts").scroll_into_view_if_needed()
        photos.shoot(page, "manager-charts")
        photos.open(page, "/odoo/service-daily-list", ".o_list_view")
        page.locator(".o_group_header").first.click()
        page.wait_for_selector(".o_data_row")
        photos.shoot(page, "manager-daily-list")
        photos.open(page, f"{action}service_report_subscription_action", ".o_data_row")
        page.locator(".o_data_row").first.locator(".o_data_cell").first.click()
        page.click("button[name=action_preview]")
        page.wait_for_selector("button[name=action_print]")
        photos.shoot(page, "manager-report")
        [report] = photos.call(
            page, "service.report", "search_read", [], ["id"], limit=1
        )
        photos.print_document(
            page,
            "service_ticket.report_service_report",
            report["id"],
            "paper-monthly-report",
        )
    with photos.role("manager", phone=True) as page:
        photos.open(page, "/odoo/service-dashboard", ".o_service_tile")
        photos.shoot(page, "phone-dashboard")


def show_warranty(photos: Photographer) -> None:
    with photos.role("manager") as page:
        (unit_id,) = photos.call(
            page, "stock.lot", "search", [("name", "=", UNIT)], limit=1
        )
        photos.open(page, f"/odoo/service-units/{unit_id}", ".o_form_view")
        page.get_by_role("tab", name="Warranty").click()
        page.locator(".o_service_warranty_bars").scroll_into_view_if_needed()
        photos.shoot(page, "warranty-unit")
        photos.print_document(
            page,
            "service_contract.report_warranty_certificate",
            unit_id,
            "warranty-certificate",
        )
        (claim_id,) = photos.call(page, "service.claim", "search", [], limit=1)
        photos.open(page, f"/odoo/service-claims/{claim_id}", ".o_form_view")
        photos.shoot(page, "warranty-claim")


def plan_visit(photos: Photographer) -> None:
    with photos.role("dispatcher") as page:
        photos.open(page, "/odoo/service-tickets", ".o_list_view")
        page.click(".o_data_row:has-text('Leaks') .o_data_cell[name=subject]")
        page.click("button[name=action_plan_visit]")
        page.wait_for_selector(".modal [name=slot_ids] .o_data_row")
        photos.shoot(page, "desk-plan")
        page.locator(".modal button[name=action_pick]").first.click()
        page.wait_for_selector(".modal", state="detached")
        photos.open(page, "/odoo/service-visits", ".o_calendar_view")
        photos.shoot(page, "desk-visits")


def do_job(photos: Photographer) -> int:
    """The engineer's part on the phone; return the id of the visit."""
    with photos.role("engineer", phone=True) as page:
        photos.open(page, "/odoo/my-day", ".o_service_my_day .o_kanban_record")
        photos.shoot(page, "phone-my-day")
        page.click(f".o_service_my_day .o_kanban_record:has-text('{SERIAL}')")
        drive(photos, page)
        agree(photos, page)
        work(photos, page)
        finish(photos, page)
        [visit] = photos.call(
            page,
            "service.visit",
            "search_read",
            [["ticket_id.unit_id.name", "=", SERIAL], ["state", "=", "done"]],
            ["id"],
            limit=1,
        )
        photos.print_document(
            page, "service_dispatch.report_service_visit", visit["id"], "paper-report"
        )
        return visit["id"]


def at(page: Page, phase: str) -> None:
    page.wait_for_selector(f".o_job_column[data-view={phase}]")


def tick_all(page: Page) -> None:
    for _check in range(page.locator(".o_job_check:not(.o_done)").count()):
        done = page.locator(".o_job_check.o_done").count()
        page.locator(".o_job_check:not(.o_done)").first.click()
        page.locator(".o_job_check.o_done").nth(done).wait_for()


def press(page: Page, label: str) -> None:
    page.click(f".o_job_next:not(:disabled):has-text('{label}')")


def drive(photos: Photographer, page: Page) -> None:
    at(page, "call")
    tick_all(page)
    photos.shoot(page, "phone-1-call")
    press(page, "Customer confirmed")
    at(page, "set_out")
    tick_all(page)
    photos.shoot(page, "phone-2-set-out")
    press(page, "I set out now")
    at(page, "arrive")
    tick_all(page)
    photos.shoot(page, "phone-3-arrive")
    press(page, "I have arrived")


def agree(photos: Photographer, page: Page) -> None:
    at(page, "diagnose")
    page.fill(".o_job_diagnosis", "Control board burnt by a surge.")
    page.click(".o_cause:has-text('Lightning')")
    page.wait_for_selector(".o_job_verdict:has-text('Chargeable')")
    photos.shoot(page, "phone-4-diagnose")
    page.click(".o_job_van")
    page.click(".o_job_row:has-text('Control Board') .o_plus")
    page.wait_for_selector(".o_job_line:has-text('Control Board')")
    sign(page, ".o_job_consent")
    photos.shoot(page, "phone-4-price")
    press(page, "Customer agrees")


def work(photos: Photographer, page: Page) -> None:
    at(page, "work")
    page.click(".o_lot:has-text('CB-24-0101')")
    page.fill(".o_removed", "CB-24-0007")
    photos.shoot(page, "phone-5-work")
    page.click(".o_fit:not(:disabled)")
    page.wait_for_selector(".o_fitted:has-text('CB-24-0007')")
    tick_all(page)
    page.click(".o_remedy:has-text('Part replaced')")
    page.fill(".o_job_work_done", "Control board replaced, one whole cycle run.")
    press(page, "Work is finished")


def finish(photos: Photographer, page: Page) -> None:
    at(page, "test")
    tick_all(page)
    page.click(".o_collect")
    page.wait_for_selector(".o_job_receipt:not(:empty)")
    photos.shoot(page, "phone-6-collect")
    page.click(".o_job_stars [data-value='5']")
    page.wait_for_selector(".o_job_stars [data-value='5'].o_on")
    page.wait_for_timeout(800)
    sign(page, ".o_job_signature")
    page.click(".o_outcome[data-outcome=fixed]")
    photos.shoot(page, "phone-6-sign")
    press(page, "Finish visit")
    at(page, "end")
    photos.shoot(page, "phone-7-end")


def print_money(photos: Photographer, visit_id: int) -> None:
    with photos.role("accountant") as page:
        [payment] = photos.call(
            page,
            "account.payment",
            "search_read",
            [["journal_id.type", "=", "cash"]],
            ["id", "invoice_ids"],
            order="id desc",
            limit=1,
        )
        photos.print_document(
            page, "account.report_payment_receipt", payment["id"], "paper-receipt"
        )
        photos.print_document(
            page, "account.report_invoice", payment["invoice_ids"][0], "paper-invoice"
        )


def call_back(photos: Photographer) -> None:
    with photos.role("frontdesk") as page:
        photos.open(
            page, "/odoo/action-service_ticket.service_callback_action", ".o_data_row"
        )
        photos.shoot(page, "desk-callbacks")
        page.click(".o_data_row:has-text('Mill Lane') .o_data_cell[name=ticket_id]")
        page.wait_for_selector("button[name=action_satisfied]")
        page.fill(".o_field_widget[name=note] textarea", "Runs well, all clean.")
        photos.shoot(page, "desk-callback")
        page.click("button[name=action_satisfied]")
        page.wait_for_selector(".o_arrow_button_current:has-text('Done')")


def keep_calling(photos: Photographer) -> None:
    """The callback desk: its list, the next call, and what customers think."""
    calls = "/odoo/action-service_ticket.service_callback_action"
    with photos.role("frontdesk", phone=True) as page:
        photos.open(page, calls, ".o_kanban_record")
        photos.shoot(page, "phone-callbacks")
    with photos.role("frontdesk") as page:
        photos.open(page, calls, ".o_data_row")
        photos.shoot(page, "callback-list")
        page.click("button[name=action_next_call]")
        page.wait_for_selector("button[name=action_satisfied]")
        page.fill(".o_field_widget[name=note] textarea", "All is well.")
        photos.shoot(page, "callback-form")
        page.click("button[name=action_release]")
        page.wait_for_selector("button[name=action_call]")
    with photos.role("manager") as page:
        ratings = "/odoo/action-service_ticket.rating_rating_action_service"
        photos.open(page, ratings, ".o_data_row")
        photos.shoot(page, "callback-ratings")


def keep_quality(photos: Photographer) -> None:
    """Complaints, what is put right for good, and the weekly meeting."""
    action = "/odoo/action-service_ticket."
    with photos.role("manager") as page:
        photos.open(page, "/odoo/service-complaints", ".o_list_view .o_data_row")
        photos.shoot(page, "quality-complaints")
        page.click(".o_data_row:has-text('third time') .o_data_cell[name=subject]")
        notices = page.locator(".o_field_widget[name=complaint_notice_ids]")
        notices.evaluate("node => node.scrollIntoView({block: 'end'})")
        photos.shoot(page, "quality-complaint")
        [complaint] = photos.call(
            page,
            "service.ticket",
            "search_read",
            [["kind", "=", "complaint"], ["state", "=", "resolved"]],
            ["id"],
            limit=1,
        )
        photos.print_document(
            page, "service_ticket.report_complaint", complaint["id"], "paper-complaint"
        )
        photos.open(
            page,
            f"{action}service_corrective_action_action",
            ".o_list_view .o_data_row",
        )
        photos.shoot(page, "quality-actions")
        photos.open(
            page, f"{action}service_quality_meeting_action", ".o_list_view .o_data_row"
        )
        page.click(".o_data_row:has-text('Held') .o_data_cell[name=date_from]")
        page.wait_for_selector(".o_field_widget[name=line_ids]")
        photos.shoot(page, "quality-meeting")


def look_after_customers(photos: Photographer) -> None:
    """Files, contacts owed, and the running file of a big system."""
    with photos.role("frontdesk") as page:
        photos.open(page, "/odoo/service-customers", ".o_data_row")
        photos.shoot(page, "customer-files")
        page.click(".o_data_row:has-text('Data Centre Bay Point')")
        page.wait_for_selector(".o_form_view .oe_title")
        photos.shoot(page, "customer-file")
        customer = photos.call(
            page, "res.partner", "search", [("name", "=", "Data Centre Bay Point")]
        )[0]
        report = "service_ticket.report_customer_file"
        photos.print_document(page, report, customer, "paper-customer-file")
        photos.open(page, "/odoo/service-contacts", ".o_data_row")
        photos.shoot(page, "contacts-owed")
        page.click(".o_data_row >> nth=0")
        page.wait_for_selector(".o_form_view [name=result_id]")
        photos.shoot(page, "contact")
        unit = photos.call(page, "stock.lot", "search", [("is_system", "=", True)])[0]
        report = "service_ticket.report_unit_file"
        photos.print_document(page, report, unit, "paper-unit-file")
        photos.open(page, f"/odoo/service-units/{unit}", ".o_form_view .nav-link")
        page.click(".nav-link:has-text('Running File')")
        photos.shoot(page, "unit-running-file")


def compose(folder: Path) -> None:
    """Put the call and the phone side by side: the picture of the README."""
    desk = Image.open(folder / "desk-intake.png")
    phones = [
        Image.open(folder / f"phone-{name}.png") for name in ("4-price", "6-collect")
    ]
    gap = 20
    width = desk.width + sum(phone.width + gap for phone in phones)
    canvas = Image.new("RGB", (width, desk.height), "#dee2e6")
    canvas.paste(desk.convert("RGB"), (0, 0))
    x = desk.width + gap
    for phone in phones:
        canvas.paste(phone.convert("RGB"), (x, (desk.height - phone.height) // 2))
        x += phone.width + gap
    shrink(canvas).save(folder / "story.png", optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_SWITCHES
        )
        photos = Photographer(browser, options.url, options.out)
        keep_the_desk(photos)
        state_promises(photos)
        keep_calling(photos)
        keep_quality(photos)
        see_how_it_goes(photos)
        look_after_customers(photos)
        show_warranty(photos)
        lead_branches(photos)
        take_call(photos)
        plan_visit(photos)
        visit_id = do_job(photos)
        print_money(photos, visit_id)
        call_back(photos)
        browser.close()
    compose(options.out)
    for error in photos.errors:
        print(f"Script error while pictures were taken: {error}")
    return 1 if photos.errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
