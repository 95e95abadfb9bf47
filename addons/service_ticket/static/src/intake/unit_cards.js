import {X2ManyField, x2ManyField} from "@web/views/fields/x2many/x2many_field";
import {registry} from "@web/core/registry";

/** The customer's units as cards: a click says which of them it is about. */
export class UnitCardsField extends X2ManyField {
    async openRecord(record) {
        await this.props.record.update({
            unit_id: {id: record.resId, display_name: record.data.name},
        });
        document.querySelector(".o_service_intake [name=contact_name] input")?.focus();
    }
}

registry.category("fields").add("service_unit_cards", {
    ...x2ManyField,
    component: UnitCardsField,
});
