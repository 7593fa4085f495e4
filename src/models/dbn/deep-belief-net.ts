import { ArgumentError, ShapeError } from "../../errors.js";
import { joined, type Units } from "../../units/index.js";
import { Rbm } from "../rbm/rbm.js";

/** Options of a deep belief net. */
export interface DeepBeliefOptions {
  /** Label units in the visible layer of the top RBM: `softmax(1, classes)`, one unit with a state per class. */
  readonly labels?: Units | undefined;
}

/**
 * A deep belief net (Hinton, Osindero and Teh, A fast learning algorithm for deep belief nets, 2006): layers h^0 = v, h^1, ...,
 * h^L, of which the upper two are an RBM, while each lower one is generated from the one above,
 *
 *     p(v, h^1, ..., h^L) = p(v | h^1) p(h^1 | h^2) ... p(h^(L-1), h^L).
 *
 * It is a stack of RBMs, `rbms[l]` between h^l and h^(l+1). Of a lower one, p(h^l | h^(l+1)) is part of the model, and
 * p(h^(l+1) | h^l) is the approximate inference Q: its biases are those of `rbms[l].hidden`, while in the model the layer
 * has those of `rbms[l + 1].visible`. With labels, the visible layer of the top RBM is (h^(L-1), y), y one softmax unit.
 *
 * The RBMs are not copied: training changes them in place.
 */
export class DeepBeliefNet {
  readonly rbms: readonly Rbm[];
  readonly labels: Units | undefined;

  /**
   * @param rbms from the lowest to the top; with labels the visible layer of the last one is made by `joined(units, labels)`
   * @throws ArgumentError for no RBM, layers whose units differ from those of the RBM below, or labels that are not one softmax
   *   unit or have no hidden layer beside them, ShapeError if two RBMs do not fit each other
   */
  constructor(rbms: readonly Rbm[], { labels }: DeepBeliefOptions = {}) {
    if (!(rbms?.length > 0)) throw new ArgumentError("rbms is empty; a deep belief net needs at least one RBM");
    if (labels !== undefined && (labels.type !== "softmax" || labels.count !== 1)) {
      const given = `${labels.count} ${labels.type} units`;
      throw new ArgumentError(
        `labels are ${given}; expected one softmax unit with a state per class: softmax(1, classes)`,
      );
    }
    if (labels !== undefined && rbms.length < 2) {
      throw new ArgumentError("labels need a hidden layer beside them: expected at least 2 RBMs");
    }
    rbms.forEach(({ visible }, l) => {
      const below = rbms[l - 1]?.hidden;
      const beside = l === rbms.length - 1 ? (labels?.width ?? 0) : 0;
      if (below !== undefined && below.width + beside !== visible.width) {
        const joint = beside > 0 ? ` and ${beside} label values` : "";
        throw new ShapeError(
          `rbms[${l}] has ${visible.width} visible values but the RBM below has ${below.width} hidden ones${joint}`,
        );
      }
      const wanted = beside > 0 ? `${below?.type} and softmax` : below?.type;
      if (below !== undefined && visible.type !== wanted) {
        throw new ArgumentError(
          `rbms[${l}] has ${visible.type} visible units; expected ${wanted}, like the hidden ones below`,
        );
      }
    });
    this.rbms = rbms;
    this.labels = labels;
  }

  /**
   * An untrained net of the given layers, visible units first, all weights 0.
   *
   * @throws ArgumentError for fewer than two layers, three with labels, or labels that are not one softmax unit
   */
  static ofLayers(layers: readonly Units[], { labels }: DeepBeliefOptions = {}): DeepBeliefNet {
    if (!(layers?.length > 1)) {
      throw new ArgumentError(
        `layers has ${layers?.length ?? "no"} layers; expected visible and hidden ones, at least 2`,
      );
    }
    const rbms = layers.slice(1).map((hidden, l) => {
      const own = layers[l].copy();
      const isTop = l === layers.length - 2;
      return new Rbm({ visible: isTop && labels !== undefined ? joined(own, labels) : own, hidden: hidden.copy() });
    });
    return new DeepBeliefNet(rbms, { labels });
  }

  /** The units that data are states of. */
  get visible(): Units {
    return this.rbms[0].visible;
  }

  get top(): Rbm {
    return this.rbms[this.rbms.length - 1];
  }

  /** Number of values of every layer except the labels, visible ones first. */
  get widths(): readonly number[] {
    const last = this.top.visible.width - (this.labels?.width ?? 0);
    return [...this.rbms.slice(0, -1).map(({ visible }) => visible.width), last, this.top.hidden.width];
  }

  /** Number of classes; 0 without labels. */
  get classes(): number {
    return this.labels?.width ?? 0;
  }
}
