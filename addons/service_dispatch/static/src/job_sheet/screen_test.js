import {Component, useState} from "@odoo/owl";
import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {Checks, SignaturePad} from "./job_parts";

/** 6. Test run, money, rating, signature, result. */
export class TestScreen extends Component {
    static template = "service_dispatch.TestScreen";
    static components = {Checks, SignaturePad};
    static props = {job: Object, links: Object};

    setup() {
        this.job = useState(this.props.job);
        this.action = useService("action");
        this.stars = [
            {value: 1, label: _t("Very unhappy")},
            {value: 2, label: _t("Unhappy")},
            {value: 3, label: _t("Neither")},
            {value: 4, label: _t("Happy")},
            {value: 5, label: _t("Very happy")},
        ];
        this.refusals = [
            _t("Nobody is there to sign"),
            _t("Customer does not want to sign"),
            _t("Screen cannot be signed on"),
        ];
    }

    get locked() {
        return !this.job.sheet.editable || this.job.sheet.state !== "on_site";
    }

    money(amount) {
        return formatCurrency(amount, this.job.sheet.price.currency_id);
    }

    collect() {
        return this.job.run("job_collect");
    }

    async printReceipt() {
        const action = await this.job.orm.call("service.visit", "job_receipt", [
            [this.job.visitId],
        ]);
        return this.action.doAction(action);
    }

    // ------------------------------------------------------------------- rating

    rate(value) {
        const comment = this.job.text("comment", this.job.sheet.closing.comment);
        return this.job.run("job_rate", {value, comment});
    }

    async saveComment() {
        const {rating, comment} = this.job.sheet.closing;
        const typed = this.job.text("comment", comment);
        if (rating && typed !== comment && (await this.rate(rating))) {
            this.job.settle({comment: typed});
        }
    }

    // ---------------------------------------------------------------- signature

    get signerName() {
        const {closing, customer} = this.job.sheet;
        return this.job.text("sign_name", closing.signed_by || customer.contact);
    }

    async refuse(reason) {
        this.job.keep({refusal: reason});
        if (await this.job.run("job_sign", {refusal: reason})) {
            this.job.keep({refusal: "", refused: false, sign_image: ""});
        }
    }

    // ------------------------------------------------------------------- result

    get outcomes() {
        return [
            ...this.job.sheet.closing.outcomes,
            {key: "another_visit", label: _t("Needs another visit")},
        ];
    }

    get outcome() {
        return this.job.draft.outcome || this.job.sheet.closing.outcome;
    }
}
