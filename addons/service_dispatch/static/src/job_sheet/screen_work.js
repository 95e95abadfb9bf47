import {isBarcodeScannerSupported} from "@web/core/barcode/barcode_video_scanner";
import {scanBarcode} from "@web/core/barcode/barcode_dialog";
import {Component, useState} from "@odoo/owl";
import {Checks} from "./job_parts";

/** 5. Parts in and out with their serials, the checks, and what was done. */
export class WorkScreen extends Component {
    static template = "service_dispatch.WorkScreen";
    static components = {Checks};
    static props = {job: Object, links: Object};

    setup() {
        this.job = useState(this.props.job);
        this.canScan = isBarcodeScannerSupported();
    }

    get locked() {
        return !this.job.sheet.editable || this.job.sheet.state !== "on_site";
    }

    /** Serials of this part that lie in the van and are not meant for another line. */
    lots(part) {
        const van = this.job.sheet.van.find((item) => item.product_id === part.product_id);
        return van ? van.lots : [];
    }

    serial(part) {
        return this.job.draft.serials[part.move_id] || "";
    }

    removed(part) {
        return this.job.draft.removed[part.move_id] || "";
    }

    setSerial(part, value) {
        this.job.keep({serials: {...this.job.draft.serials, [part.move_id]: value}});
    }

    setRemoved(part, value) {
        this.job.keep({removed: {...this.job.draft.removed, [part.move_id]: value}});
    }

    async scan(part, setter) {
        try {
            setter.call(this, part, await scanBarcode(this.env));
        } catch (error) {
            this.job.error = error.message;
        }
    }

    isReady(part) {
        return part.tracking === "none" || this.serial(part).trim();
    }

    async fit(part) {
        const name = this.serial(part).trim();
        const lot = this.lots(part).find((item) => item[1] === name);
        const done = await this.job.run("job_fit_part", {
            move_id: part.move_id,
            lot_id: lot ? lot[0] : null,
            lot_name: lot ? null : name,
            removed_serial: this.removed(part).trim() || null,
        });
        if (done) {
            this.setSerial(part, "");
            this.setRemoved(part, "");
        }
    }

    takeOff(part) {
        const {parts} = this.job.sheet;
        const qty = parts
            .filter((other) => other.product_id === part.product_id && other !== part)
            .reduce((sum, other) => sum + other.qty, 0);
        return this.job.run("job_set_part", {product_id: part.product_id, qty});
    }

    get remedyId() {
        return this.job.draft.remedy_id ?? this.job.sheet.closing.remedy_id;
    }

    async saveWork() {
        const {closing} = this.job.sheet;
        const values = {
            work_done: this.job.text("work_done", closing.work_done),
            remedy_id: this.remedyId || false,
        };
        if (values.work_done !== closing.work_done || values.remedy_id !== closing.remedy_id) {
            if (await this.job.run("job_set_work", values)) {
                this.job.settle(values);
            }
        }
    }

    chooseRemedy(remedy) {
        this.job.keep({remedy_id: remedy.id});
        return this.saveWork();
    }
}
