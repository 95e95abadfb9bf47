import {AutoComplete} from "@web/core/autocomplete/autocomplete";
import {Component, useRef} from "@odoo/owl";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const DRAWN = 150; // milliseconds until the cards of a customer's units stand there
const ICONS = {unit: "fa-barcode", partner: "fa-user", create: "fa-plus"};

/** Say what the desk has typed: an e-mail, a phone number or a name. */
export function guessField(term) {
    if (term.includes("@")) {
        return "email";
    }
    return /^[+\d][\d\s()./-]{4,}$/.test(term) ? "phone" : "name";
}

/** One box for whatever a caller says: serial, plate, phone, name or e-mail. */
export class CallerSearch extends Component {
    static template = "service_ticket.CallerSearch";
    static components = {AutoComplete};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.root = useRef("root");
    }

    get sources() {
        return [{options: (term) => this.search(term.trim()), optionSlot: "option"}];
    }

    async search(term) {
        if (term.length < 2) {
            return [];
        }
        const found = await this.orm.call("service.ticket", "find_callers", [term]);
        const options = found.map((row) => ({
            label: row.label,
            data: {note: row.note, icon: row.unit_id ? ICONS.unit : ICONS.partner},
            onSelect: () => this.choose(row),
        }));
        options.push({
            label: _t("New customer “%s”", term),
            data: {icon: ICONS.create},
            onSelect: () => this.createCustomer(term),
        });
        options.push({
            label: _t("New unit “%s”", term),
            data: {icon: ICONS.create},
            onSelect: () => this.createUnit(term),
        });
        return options;
    }

    async choose(row) {
        const name = row.unit_id ? "unit_id" : "partner_id";
        const chosen = {id: row.unit_id || row.partner_id, display_name: row.label};
        await this.props.record.update({[name]: chosen});
        setTimeout(() => this.focusNext(), DRAWN);
    }

    /** Go on by keyboard: which of the customer's units is it, or who is calling? */
    focusNext() {
        const form = this.root.el?.closest(".o_form_view");
        const next =
            form?.querySelector("[name=customer_unit_ids] .o_kanban_record:not(.o_kanban_ghost)") ||
            form?.querySelector("[name=contact_name] input");
        next?.focus();
    }

    createCustomer(term) {
        this.dialog.add(FormViewDialog, {
            resModel: "res.partner",
            title: _t("New Customer"),
            context: {
                form_view_ref: "service_ticket.res_partner_view_form_caller",
                [`default_${guessField(term)}`]: term,
            },
            canExpand: false,
            onRecordSaved: (record) =>
                this.props.record.update({
                    partner_id: {id: record.resId, display_name: record.data.name},
                    site_id: {id: record.resId, display_name: record.data.name},
                }),
        });
    }

    createUnit(term) {
        const {partner_id: customer, site_id: site} = this.props.record.data;
        this.dialog.add(FormViewDialog, {
            resModel: "stock.lot",
            title: _t("New Unit"),
            context: {
                form_view_ref: "service_ticket.service_unit_view_form_new",
                default_unit_origin: "manual",
                default_service_state: "in_service",
                default_name: term,
                default_end_customer_id: customer?.id,
                default_site_id: site?.id,
            },
            canExpand: false,
            onRecordSaved: (record) =>
                this.props.record.update({
                    unit_id: {id: record.resId, display_name: record.data.name},
                }),
        });
    }
}

registry.category("view_widgets").add("service_caller_search", {
    component: CallerSearch,
});
