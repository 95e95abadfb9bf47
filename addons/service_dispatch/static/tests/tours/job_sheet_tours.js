import {registry} from "@web/core/registry";

/** Draws a stroke, as a thumb would. */
function drawSignature() {
    const {left, top, width, height} = this.anchor.getBoundingClientRect();
    const fire = (type, x, y) =>
        this.anchor.dispatchEvent(
            new PointerEvent(type, {
                bubbles: true,
                cancelable: true,
                pointerId: 1,
                pointerType: "touch",
                isPrimary: true,
                buttons: type === "pointerup" ? 0 : 1,
                pressure: 0.5,
                clientX: left + x * width,
                clientY: top + y * height,
            }),
        );
    fire("pointerdown", 0.2, 0.7);
    for (let i = 1; i <= 12; i++) {
        fire("pointermove", 0.2 + i * 0.05, 0.5 + (i % 2 ? -0.2 : 0.2));
    }
    fire("pointerup", 0.8, 0.5);
}

const at = (phase) => `.o_job_column[data-view=${phase}]`;
const inPhase = (phase) => ({content: `at the step ${phase}`, trigger: at(phase)});
const press = (label) => ({
    content: `press ${label}`,
    trigger: `.o_job_next:not(:disabled):contains(${label})`,
    run: "click",
});
const tick = (text) => [
    {
        content: `tick ${text}`,
        trigger: `.o_job_check:not(.o_done):contains(${text})`,
        run: "click",
    },
    {content: "it is ticked", trigger: `.o_job_check.o_done:contains(${text})`},
];
const noScroll = (phase) => ({
    content: "nothing is wider than the screen",
    trigger: at(phase),
    run() {
        const width = document.documentElement.clientWidth;
        const wide = [...document.querySelectorAll(".o_job_sheet *")].filter(
            (el) => el.getBoundingClientRect().right > width + 1,
        );
        if (wide.length) {
            throw new Error(`wider than ${width} px: ${wide[0].className}`);
        }
    },
});

const onTheWay = () => [
    {
        content: "open the first visit of the day",
        trigger: ".o_service_my_day .o_kanban_record:contains(Laundry at the Bridge)",
        run: "click",
    },
    inPhase("call"),
    noScroll("call"),
    {content: "call is at hand", trigger: ".o_job_call[href^='tel:+32']"},
    {content: "navigation is at hand", trigger: ".o_job_navigate"},
    ...tick("Time and address confirmed"),
    press("Customer confirmed"),
    inPhase("set_out"),
    noScroll("set_out"),
    press("I set out now"),
    inPhase("arrive"),
    noScroll("arrive"),
    ...tick("Introduced yourself"),
    ...tick("Serial on the unit"),
    press("I have arrived"),
    inPhase("diagnose"),
];

const diagnose = (cause, verdict) => [
    {
        content: "say what was found",
        trigger: ".o_job_diagnosis",
        run: "edit Main board burnt",
    },
    {content: "choose the cause", trigger: `.o_cause:contains(${cause})`, run: "click"},
    {content: "the verdict is there", trigger: `.o_job_verdict:contains(${verdict})`},
    noScroll("diagnose"),
    {content: "open the van", trigger: ".o_job_van", run: "click"},
    {
        content: "one board",
        trigger: ".o_job_row:contains(Motor board) .o_plus",
        run: "click",
    },
    {
        content: "it is counted and priced",
        trigger: ".o_job_row:contains(Motor board) output:contains(1)",
    },
    {content: "with its reason", trigger: ".o_job_line:contains(Motor board)"},
];

const work = (oldSerial) => [
    inPhase("work"),
    noScroll("work"),
    {content: "the serial that goes in", trigger: ".o_lot:contains(MB-1)", run: "click"},
    {content: "the serial that came out", trigger: ".o_removed", run: `edit ${oldSerial}`},
    {content: "fit it", trigger: ".o_fit:not(:disabled)", run: "click"},
    {content: "it is fitted", trigger: `.o_fitted:contains(${oldSerial})`},
    press("Work is finished"),
    {
        content: "what is missing is said in words",
        trigger: ".o_job_error:contains(Not ticked yet)",
    },
    ...tick("Power, water and gas"),
    {content: "the remedy", trigger: ".o_remedy:contains(Part replaced)", run: "click"},
    {content: "it is chosen", trigger: ".o_remedy.o_on:contains(Part replaced)"},
    {
        content: "what was done",
        trigger: ".o_job_work_done",
        run: "edit Board replaced and tested",
    },
    press("Work is finished"),
    inPhase("test"),
    noScroll("test"),
    ...tick("Test run without fault"),
    ...tick("Safety check"),
    ...tick("Tools counted"),
];

const finish = () => [
    {content: "fixed", trigger: ".o_outcome[data-outcome=fixed]", run: "click"},
    press("Finish visit"),
    inPhase("end"),
    {content: "it is finished", trigger: ".o_job_end:contains(Visit finished)"},
    press("Back to my day"),
    {
        content: "the day shows it",
        trigger: ".o_service_my_day .o_kanban_record .badge:contains(Done)",
    },
];

registry.category("web_tour.tours").add("service_dispatch_job_chargeable", {
    steps: () => [
        ...onTheWay(),
        ...diagnose("Lightning", "Chargeable"),
        {content: "no signature, no work", trigger: ".o_job_next:disabled"},
        {
            content: "the customer signs for the price",
            trigger: ".o_job_consent canvas",
            run: drawSignature,
        },
        press("Customer agrees"),
        ...work("OLD-1"),
        {content: "collect", trigger: ".o_collect", run: "click"},
        {content: "the receipt has a number", trigger: ".o_job_receipt:not(:empty)"},
        {content: "five stars", trigger: ".o_job_stars [data-value='5']", run: "click"},
        {content: "they shine", trigger: ".o_job_stars [data-value='5'].o_on"},
        {
            content: "the customer signs for the work",
            trigger: ".o_job_signature canvas",
            run: drawSignature,
        },
        ...finish(),
    ],
});

registry.category("web_tour.tours").add("service_dispatch_job_covered", {
    steps: () => [
        ...onTheWay(),
        ...diagnose("Component", "Covered"),
        {
            content: "it says why nothing is to pay",
            trigger: ".o_job_consent:contains(Covered by)",
        },
        press("Nothing to pay"),
        ...work("OLD-2"),
        {
            content: "nothing to collect",
            trigger: ".o_job_payment:contains(Nothing to pay):not(:has(.o_collect))",
        },
        {
            content: "nobody signs",
            trigger: "button:contains(No signature)",
            run: "click",
        },
        {
            content: "and the reason is kept",
            trigger: ".o_refusal:contains(Nobody is there)",
            run: "click",
        },
        {content: "it is on the sheet", trigger: ".o_job_card:contains(Not signed)"},
        ...finish(),
    ],
});

registry.category("web_tour.tours").add("service_dispatch_job_survives_reload", {
    steps: () => [
        inPhase("diagnose"),
        {
            content: "what was typed before the reload is there",
            trigger: ".o_job_diagnosis:value(Half a sentence)",
        },
    ],
});

registry.category("web_tour.tours").add("service_dispatch_job_half", {
    steps: () => [
        ...onTheWay(),
        {
            content: "begin a sentence",
            trigger: ".o_job_diagnosis",
            run: "edit Half a sentence",
        },
        {
            content: "it is kept on the phone",
            trigger: at("diagnose"),
            run() {
                const kept = Object.entries(localStorage).some(
                    ([key, value]) =>
                        key.startsWith("service_dispatch.job_sheet.") &&
                        value.includes("Half a sentence"),
                );
                if (!kept) {
                    throw new Error("the draft is not kept");
                }
                location.reload();
            },
            expectUnloadPage: true,
        },
        ...registry.category("web_tour.tours").get("service_dispatch_job_survives_reload").steps(),
    ],
});

registry.category("web_tour.tours").add("service_dispatch_plan", {
    steps: () => [
        {
            content: "plan a visit for the ticket",
            trigger: ".o_data_row:contains(Washer stands still) button[name=action_plan_visit]",
            run: "click",
        },
        {
            content: "free slots are proposed, the promise in words",
            trigger: ".modal .o_field_widget[name=slot_ids] .o_data_row",
        },
        {
            content: "pick the first",
            trigger: ".modal .o_data_row:first button[name=action_pick]",
            run: "click",
        },
        {
            content: "it says who comes when",
            trigger: ".o_notification:contains(The customer is informed by mail)",
        },
    ],
});
