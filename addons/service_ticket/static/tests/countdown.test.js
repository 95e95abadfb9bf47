import {describe, expect, test} from "@odoo/hoot";
import {makeMockEnv} from "@web/../tests/web_test_helpers";
import {formatTimeLeft} from "@service_ticket/countdown/countdown";

describe.current.tags("headless");

const now = luxon.DateTime.fromISO("2026-03-02T09:00:00");

test("time left and time late are said in words", async () => {
    await makeMockEnv();
    expect(formatTimeLeft(now.plus({minutes: 25}), now)).toBe("25 min left");
    expect(formatTimeLeft(now.plus({minutes: 125}), now)).toBe("2 h 05 min left");
    expect(formatTimeLeft(now.plus({hours: 50}), now)).toBe("2 d 2 h left");
    expect(formatTimeLeft(now.minus({minutes: 61}), now)).toBe("1 h 01 min late");
});
