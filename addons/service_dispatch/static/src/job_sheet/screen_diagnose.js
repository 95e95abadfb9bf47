import {Component, useState} from "@odoo/owl";
import {formatCurrency} from "@web/core/currency";
import {Checks, SignaturePad, Stepper} from "./job_parts";

const FEW = 8;

/** 4. The cause, the verdict, the parts, the price, and the customer's consent. */
export class DiagnoseScreen extends Component {
    static template = "service_dispatch.DiagnoseScreen";
    static components = {Checks, SignaturePad, Stepper};
    static props = {job: Object, links: Object};

    setup() {
        this.job = useState(this.props.job);
        this.state = useState({
            search: "",
            choosing: !this.job.sheet.diagnosis.cause_id,
            van: false,
            vanSearch: "",
        });
    }

    get locked() {
        return !this.job.sheet.editable || this.job.sheet.state !== "on_site";
    }

    get openArrivals() {
        return this.job.steps("arrive").filter((step) => step.required && !step.done);
    }

    // -------------------------------------------------------------------- cause

    get causes() {
        const {causes, cause_id} = this.job.sheet.diagnosis;
        const words = this.state.search.trim().toLowerCase();
        if (words) {
            return causes.filter((cause) => cause.name.toLowerCase().includes(words));
        }
        return [...causes].sort(
            (a, b) => (b.id === cause_id) - (a.id === cause_id) || b.frequent - a.frequent,
        );
    }

    async chooseCause(cause) {
        const diagnosis = this.job.text("diagnosis", this.job.sheet.diagnosis.text);
        if (await this.job.run("job_diagnose", {cause_id: cause.id, diagnosis})) {
            this.state.choosing = false;
            this.state.search = "";
            this.job.settle({diagnosis});
        }
    }

    async saveDiagnosis() {
        const {cause_id, text} = this.job.sheet.diagnosis;
        const typed = this.job.text("diagnosis", text);
        if (cause_id && typed !== text) {
            if (await this.job.run("job_diagnose", {cause_id, diagnosis: typed})) {
                this.job.settle({diagnosis: typed});
            }
        }
    }

    get verdictIcon() {
        return {
            covered: "fa-check-circle",
            partly: "fa-adjust",
            chargeable: "fa-money",
            unknown: "fa-question-circle",
        }[this.job.sheet.cover.state];
    }

    // -------------------------------------------------------------------- parts

    planned(productId) {
        return this.job.sheet.parts
            .filter((part) => part.product_id === productId)
            .reduce((sum, part) => sum + part.qty, 0);
    }

    get vanParts() {
        const words = this.state.vanSearch.trim().toLowerCase();
        const parts = this.job.sheet.van.map((part) => ({
            ...part,
            planned: this.planned(part.product_id),
        }));
        return parts.filter((part) =>
            words ? part.name.toLowerCase().includes(words) : part.planned || this.state.van,
        );
    }

    get manyParts() {
        return this.job.sheet.van.length > FEW;
    }

    most(part) {
        return Math.max(part.planned, part.planned ? part.qty : part.free);
    }

    setPart(productId, qty) {
        return this.job.run("job_set_part", {product_id: productId, qty});
    }

    // -------------------------------------------------------------------- price

    money(amount) {
        return formatCurrency(amount, this.job.sheet.price.currency_id);
    }

    get signerName() {
        return this.job.text("consent_name", this.job.sheet.customer.contact);
    }
}
