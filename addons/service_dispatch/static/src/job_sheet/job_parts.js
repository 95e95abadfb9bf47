import {NameAndSignature} from "@web/core/signature/name_and_signature";
import {Component, onWillUpdateProps, useState} from "@odoo/owl";

/** A list of checks to tick with the thumb. */
export class Checks extends Component {
    static template = "service_dispatch.Checks";
    static props = {
        job: Object,
        steps: Array,
        title: String,
        locked: {type: Boolean, optional: true},
    };

    setup() {
        this.job = useState(this.props.job);
    }

    async tick(step) {
        if (!this.props.locked) {
            await this.job.run("job_tick", {step_id: step.id, done: !step.done});
        }
    }
}

/** Number with a big minus and a big plus. */
export class Stepper extends Component {
    static template = "service_dispatch.Stepper";
    static props = {
        value: Number,
        step: {type: Number, optional: true},
        max: {type: Number, optional: true},
        label: String,
        disabled: {type: Boolean, optional: true},
        onChange: Function,
    };
    static defaultProps = {step: 1};

    get canAdd() {
        return !this.props.disabled && !(this.props.value + this.props.step > this.props.max);
    }

    add(sign) {
        this.props.onChange(Math.max(0, this.props.value + sign * this.props.step));
    }
}

/** A name and a place to sign on; tells its picture after every stroke. */
export class SignaturePad extends Component {
    static template = "service_dispatch.SignaturePad";
    static components = {NameAndSignature};
    static props = {
        name: String,
        image: {type: String, optional: true},
        onName: Function,
        onImage: Function,
        label: String,
    };

    setup() {
        // what was drawn before is shown as a picture: drawn anew on the pad it would
        // shrink on screens with more than one pixel per point
        this.state = useState({kept: this.props.image || ""});
        this.signature = useState({name: this.props.name, isSignatureEmpty: true});
        onWillUpdateProps((next) => {
            this.signature.name = next.name;
        });
    }

    again() {
        this.state.kept = "";
        this.signature.isSignatureEmpty = true;
        this.props.onImage("");
    }

    onSignatureChange() {
        const empty = this.signature.isSignatureEmpty || !this.signature.getSignatureImage;
        const image = empty ? "" : this.signature.getSignatureImage();
        if (image !== (this.props.image || "")) {
            this.props.onImage(image);
        }
    }
}
