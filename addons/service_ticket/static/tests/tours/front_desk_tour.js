import {registry} from "@web/core/registry";

// The unit, the caller and the symptom are made by the test that starts the tour.
registry.category("web_tour.tours").add("service_ticket_intake", {
    url: "/odoo/action-service_ticket.service_ticket_intake_action",
    steps: () => [
        {
            content: "The cursor waits where the caller is looked up",
            trigger: ".o_service_intake .o_service_caller_search input:focus",
            run: "edit 70 80 90",
        },
        {
            content: "The phone number finds the caller's unit",
            trigger: ".o-autocomplete--dropdown-item:contains(W1-0001):contains(Laundry)",
            run: "click",
        },
        {
            content: "Customer and site are there",
            trigger: ".o_field_widget[name=partner_id] input:value(Laundry at the Bridge)",
        },
        {
            content: "The last faults of the unit are shown",
            trigger: ".o_field_widget[name=last_ticket_ids]:contains(Leaked)",
        },
        {
            content: "What is wrong",
            trigger: ".o_field_widget[name=symptom_id] input",
            run: "edit Does not start",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Does not start)",
            run: "click",
        },
        {
            content: "The symptom is proposed as the subject",
            trigger: ".o_field_widget[name=subject] input:value(Does not start)",
        },
        {
            content: "What the caller says decides the severity",
            trigger: ".o_field_widget[name=criterion_ids] label:contains(basic job)",
            run: "click",
        },
        {
            content: "The definition of the severity and the promise follow",
            trigger: ".o_field_widget[name=severity_definition]:contains(The unit is down)",
        },
        {
            trigger:
                ".o_field_widget[name=promise_summary]:contains(First response):contains(On site)",
        },
        {
            trigger: ".o_field_widget[name=description] textarea",
            run: "edit Nothing lights up since the storm.",
        },
        {
            content: "What nobody has asked yet is named",
            trigger: ".o_field_widget[name=gaps]:contains(What the customer asks for)",
        },
        {
            trigger: ".o_field_widget[name=demand] input",
            run: "edit Have it run before the weekend",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_open_form]",
            run: "click",
        },
        {
            content: "The ticket is there with its number; take it in hand",
            trigger: ".o_form_view:not(.o_service_intake) button[name=action_open]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains(In progress)",
        },
    ],
});

// A caller whom nobody knows, by keyboard alone; the call is saved with Ctrl-Enter.
registry.category("web_tour.tours").add("service_ticket_intake_new_customer", {
    url: "/odoo/action-service_ticket.service_ticket_intake_action",
    steps: () => [
        {
            trigger: ".o_service_caller_search input:focus",
            run: "edit Bakery by the Gate",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(New customer):contains(Bakery)",
            run: "click",
        },
        {
            content: "What was typed is the name of the new customer",
            trigger: ".modal .o_field_widget[name=name] input:value(Bakery by the Gate)",
        },
        {
            trigger: ".modal .o_field_widget[name=phone] input",
            run: "edit +32 499 11 22 33",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The call goes on with the new customer and the phone number",
            trigger: ".o_field_widget[name=contact_phone] input:value(+32 499 11 22 33)",
        },
        {
            content: "The unit is not known either",
            trigger: ".o_service_caller_search input",
            run: "edit OVEN-5521",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(New unit):contains(OVEN-5521)",
            run: "click",
        },
        {
            content: "Serial and customer are there already",
            trigger: ".modal .o_field_widget[name=end_customer_id] input:value(Bakery by the Gate)",
        },
        {
            trigger: ".modal .o_field_widget[name=unit_origin] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Another make)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=unit_make] input",
            run: "edit Hearth",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The new unit is the one that the call is about",
            trigger: ".o_field_widget[name=unit_id] input:value(OVEN-5521)",
        },
        {
            trigger: ".o_field_widget[name=subject] input",
            run: "edit Oven stays cold",
        },
        {
            trigger: ".o_field_widget[name=subject] input",
            run: "press control+enter",
        },
        {
            content: "The number of the ticket is said, and the next call can come",
            trigger: ".o_notification:contains(is saved)",
        },
        {
            trigger: ".o_field_widget[name=subject] input:value()",
        },
    ],
});

registry.category("web_tour.tours").add("service_ticket_callback", {
    url: "/odoo/action-service_ticket.service_callback_action",
    steps: () => [
        {
            content: "The call that is owed, with the number",
            trigger: ".o_data_row:contains(Laundry at the Bridge) .o_data_cell[name=ticket_id]",
            run: "click",
        },
        {
            content: "What to ask is on the screen",
            trigger: ".alert:contains(Ask):contains(Does the unit work as it should)",
        },
        {
            trigger: ".o_field_widget[name=note] textarea",
            run: "edit Runs well, all clean.",
        },
        {
            trigger: "button[name=action_satisfied]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains(Done)",
        },
    ],
});
