import {registry} from "@web/core/registry";

const SEARCH = ".o_service_intake .o_service_caller_search input";
const state = (name) => `.o_statusbar_status button.o_arrow_button_current:contains(${name})`;

// From the call to the solved fault without a mouse; the caller is made by the test.
registry.category("web_tour.tours").add("service_desk_by_keyboard", {
    url: "/odoo/action-service_ticket.service_ticket_intake_action",
    steps: () => [
        {trigger: `${SEARCH}:focus`, run: "edit Laundry at the"},
        {
            content: "The customer stands below the units",
            trigger: ".o-autocomplete--dropdown-item:contains(New unit)",
        },
        {trigger: SEARCH, run: "press ArrowDown"},
        {trigger: SEARCH, run: "press Enter"},
        {
            content: "The customer's units are cards, and the cursor stands on the first",
            trigger: ".o_field_widget[name=customer_unit_ids] .o_kanban_record:focus",
            run: "press Enter",
        },
        {
            content: "Then it stands where the caller's name goes",
            trigger: ".o_field_widget[name=contact_name] input:focus",
            run: "edit The owner",
        },
        {trigger: ".o_field_widget[name=unit_id] input:value(W1-0001)"},
        {trigger: ".o_field_widget[name=subject] input", run: "edit Drum rattles"},
        {trigger: ".o_field_widget[name=subject] input", run: "press control+enter"},
        {trigger: ".o_notification:contains(is saved)"},
        {
            content: "The next call; no trail of calls stands above it",
            trigger: ".o_control_panel:not(:has(.o_back_button))",
        },
        {trigger: `${SEARCH}:focus`, run: "edit W1-0001"},
        {trigger: ".o-autocomplete--dropdown-item:contains(W1-0001)"},
        {trigger: SEARCH, run: "press Enter"},
        {
            trigger: ".o_field_widget[name=contact_name] input:focus",
            run: "edit The owner",
        },
        {trigger: ".o_field_widget[name=subject] input", run: "edit Drum rattles again"},
        {trigger: ".o_field_widget[name=subject] input", run: "press alt+o"},
        {trigger: ".o_form_view:not(.o_service_intake) button[name=action_open]"},
        {trigger: "body", run: "press alt+t"},
        {trigger: state("In progress")},
        {trigger: "body", run: "press alt+w"},
        {
            trigger: ".modal .o_field_widget[name=reason_id] label:contains(Customer's answer)",
            run: "click",
        },
        {trigger: ".modal .o_field_widget[name=note] input", run: "edit A photo"},
        {trigger: ".modal .o_field_widget[name=note] input", run: "press alt+q"},
        {trigger: state("Waiting")},
        {trigger: "body", run: "press alt+g"},
        {trigger: state("In progress")},
        {trigger: "body", run: "press alt+d"},
        {
            content: "What it was",
            trigger: ".o_field_widget[name=cause_id] input:focus",
            run: "edit Component failed",
        },
        {trigger: ".o-autocomplete--dropdown-item:contains(Component failed)"},
        {trigger: ".o_field_widget[name=cause_id] input", run: "press Enter"},
        {trigger: ".o_field_widget[name=outcome] input", run: "click"},
        {trigger: ".o_select_menu_item:contains(Fixed)", run: "click"},
        {trigger: "body", run: "press alt+r"},
        {trigger: state("Resolved")},
    ],
});
