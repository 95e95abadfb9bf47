import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Where a fault is in its seven steps; computed from facts, so there is nothing to click. */
export class StepsField extends Component {
    static template = "service_ticket.StepsField";
    static props = {...standardFieldProps};

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    /** What a screen reader says of a step. */
    spoken(step) {
        return {
            done: _t("%(step)s: done", {step: step.label}),
            now: _t("%(step)s: now", {step: step.label}),
            next: _t("%(step)s: to come", {step: step.label}),
            skipped: _t("%(step)s: not needed", {step: step.label}),
        }[step.state];
    }
}

registry.category("fields").add("service_steps", {
    component: StepsField,
    displayName: _t("Steps of a fault"),
    supportedTypes: ["json"],
});
