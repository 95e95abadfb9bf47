import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {advanceTime, mockDate} from "@odoo/hoot-mock";
import {defineModels, fields, makeMockEnv, models, mountView} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {formatPaused, formatTimeLeft} from "@service_ticket/countdown/countdown";

const now = luxon.DateTime.fromISO("2026-03-02T09:00:00");

describe("in words", () => {
    test.tags("headless");
    test("time left and time late", async () => {
        await makeMockEnv();
        expect(formatTimeLeft(now.plus({minutes: 25}), now)).toBe("25 min left");
        expect(formatTimeLeft(now.plus({minutes: 125}), now)).toBe("2 h 05 min left");
        expect(formatTimeLeft(now.plus({hours: 50}), now)).toBe("2 d 2 h left");
        expect(formatTimeLeft(now.minus({minutes: 61}), now)).toBe("1 h 01 min late");
    });

    test.tags("headless");
    test("a clock that stands still", async () => {
        await makeMockEnv();
        expect(formatPaused(4 / 3)).toBe("Paused, 1 h 20 min left");
        expect(formatPaused(0.25)).toBe("Paused, 15 min left");
    });
});

class Ticket extends models.Model {
    _name = "ticket";
    next_due = fields.Datetime();
    remaining_hours = fields.Float();
    clock_status = fields.Selection({
        selection: [
            ["running", "In time"],
            ["overdue", "Overdue"],
            ["paused", "Paused"],
            ["met", "Kept"],
        ],
    });
    _records = [
        {id: 1, next_due: "2026-03-02 11:05:30", clock_status: "running"},
        {id: 2, next_due: "2026-03-02 08:29:30", clock_status: "overdue"},
        {id: 3, next_due: false, clock_status: "paused", remaining_hours: 4 / 3},
        {id: 4, next_due: false, clock_status: "met"},
    ];
    _views = {
        kanban: `
            <kanban><templates><t t-name="card">
                <field name="next_due" widget="service_countdown" options="{'status': 'clock_status'}"/>
            </t></templates></kanban>`,
    };
}

class Milestone extends models.Model {
    _name = "milestone";
    due = fields.Datetime();
    remaining_hours = fields.Float();
    status = fields.Selection({
        selection: [
            ["running", "Running"],
            ["met", "Kept"],
        ],
    });
    _records = [
        {id: 1, due: "2026-03-02 09:20:30", status: "running"},
        {id: 2, due: "2026-03-02 08:30:00", status: "met"},
    ];
    _views = {
        list: `<list><field name="due" widget="service_countdown" options="{'status': 'status'}"/></list>`,
    };
}

defineMailModels();
defineModels([Ticket, Milestone]);

describe("in views", () => {
    test.tags("desktop");
    test("the kanban counts, and says what a pause leaves", async () => {
        mockDate("2026-03-02 09:00:00", 0);
        await mountView({resModel: "ticket", type: "kanban"});
        const cards = ".o_service_countdown";
        expect(queryAllTexts(cards)).toEqual([
            "2 h 05 min left",
            "30 min late",
            "Paused, 1 h 20 min left",
            "",
        ]);
        expect(`${cards} .fa-pause`).toHaveCount(1);
        expect(`${cards} .fa-exclamation-triangle`).toHaveCount(1);
        await advanceTime(60_000);
        expect(queryAllTexts(cards).slice(0, 3)).toEqual([
            "2 h 04 min left",
            "31 min late",
            "Paused, 1 h 20 min left",
        ]);
    });

    test.tags("desktop");
    test("a list of promises counts only what runs", async () => {
        mockDate("2026-03-02 09:00:00", 0);
        await mountView({resModel: "milestone", type: "list"});
        const [running, met] = queryAllTexts(".o_service_countdown");
        expect(running).toBe("20 min left");
        expect(met).not.toInclude("late");
        expect(".o_service_countdown .fa-clock-o").toHaveCount(1);
    });
});
