import type { Engine, SymbolicTensor, Tensor, Tensor4D } from '@limber/engine';

type Tf = Engine['tf'];
type Layer = InstanceType<Tf['layers']['Layer']>;

/** A shape with its batch; a side is null where it is not known yet. */
type LayerShape = readonly (number | null)[];

/** A layer that tf.layers lacks. */
export interface Operation<Config extends object> {
  /** The layer's class in a saved model. */
  readonly className: string;
  /** The weights by role, all trained. */
  readonly weights?: (
    input: LayerShape,
    config: Config,
  ) => Readonly<
    Record<string, { readonly shape: readonly number[]; readonly start: 'zeros' | 'ones' }>
  >;
  /** The input's shape by default. */
  readonly outputShape?: (input: LayerShape, config: Config) => LayerShape;
  /** @param call.weights - the values by role. */
  readonly compute: (
    tf: Tf,
    input: Tensor4D,
    call: {
      readonly config: Config;
      readonly weights: Readonly<Record<string, Tensor>>;
      readonly isTraining: boolean;
    },
  ) => Tensor;
}

/** A use of an operation: the layer's name, and what {@link Operation} is told. */
type OperationConfig<Config> = Config & { readonly name: string };

/** Adds an operation to a model as a layer of its own class, which is registered, so that a saved model finds it. */
export function applyOperation<Config extends object>(
  tf: Tf,
  operation: Operation<Config>,
  { input, ...config }: OperationConfig<Config> & { readonly input: SymbolicTensor },
): SymbolicTensor {
  const OperationLayer = layerClassOf(tf, operation);
  return new OperationLayer(config as unknown as OperationConfig<Config>).apply(
    input,
  ) as SymbolicTensor;
}

/** What tf.layers calls the shape of an input, or of several; an operation has one. */
type Shapes = Parameters<Layer['build']>[0];

type LayerClass<Config> = new (config: OperationConfig<Config>) => Layer;
const classes = new WeakMap<Tf, Map<string, unknown>>();

function layerClassOf<Config extends object>(
  tf: Tf,
  operation: Operation<Config>,
): LayerClass<Config> {
  const known = classes.get(tf) ?? new Map<string, unknown>();
  classes.set(tf, known);
  const found = known.get(operation.className) as LayerClass<Config> | undefined;
  if (found !== undefined) return found;
  const made = createLayerClass(tf, operation);
  known.set(operation.className, made);
  return made;
}

function createLayerClass<Config extends object>(
  tf: Tf,
  { className, weights = () => ({}), outputShape = (input) => input, compute }: Operation<Config>,
): LayerClass<Config> {
  class OperationLayer extends tf.layers.Layer {
    static className = className;
    readonly #config: OperationConfig<Config>;
    readonly #weights = new Map<string, { read(): Tensor }>();

    constructor(config: OperationConfig<Config>) {
      super(config);
      this.#config = config;
    }

    override build(inputShape: Shapes): void {
      const roles = weights(inputShape as LayerShape, this.#config);
      for (const [role, { shape, start }] of Object.entries(roles)) {
        const initializer = tf.initializers[start]();
        this.#weights.set(role, this.addWeight(role, [...shape], 'float32', initializer));
      }
      this.built = true;
    }

    override computeOutputShape(inputShape: Shapes): (number | null)[] {
      return [...outputShape(inputShape as LayerShape, this.#config)];
    }

    override call(
      inputs: Tensor | Tensor[],
      kwargs: Readonly<Record<string, unknown>> = {},
    ): Tensor {
      const input = (Array.isArray(inputs) ? inputs[0]! : inputs) as Tensor4D;
      const values = Object.fromEntries(
        [...this.#weights].map(([role, weight]) => [role, weight.read()]),
      );
      const isTraining = kwargs['training'] === true;
      return tf.tidy(() =>
        compute(tf, input, { config: this.#config, weights: values, isTraining }),
      );
    }

    override getConfig(): ReturnType<Layer['getConfig']> {
      return { ...super.getConfig(), ...this.#config };
    }
  }
  tf.serialization.registerClass(OperationLayer);
  return OperationLayer;
}
