import { layerNamesOf, models } from '@limber/model-zoo/models';
import { expect, test } from 'vitest';
import { countTransformerLayers, isDecaying, layerRate } from './layer-rates.ts';

test('the layers of a transformer are counted, and other models have none', () => {
  expect(countTransformerLayers(layerNamesOf(models['vitpose-s']))).toBe(12);
  expect(countTransformerLayers(layerNamesOf(models['hrnet-w32']))).toBe(0);
});

test('each layer learns slower than the one after it, as MMPose counts them', () => {
  // LayerDecayOptimizerConstructor of MMPose 1.3.2, num_layers 12, layer_decay_rate 0.8: scales of its parameter groups
  const scales: Readonly<Record<string, number>> = {
    'backbone.pos_embed/embedding': 0.8 ** 13,
    'backbone.patch_embed.projection/kernel': 0.8 ** 13,
    'backbone.layers.0.ln1/gamma': 0.8 ** 12,
    'backbone.layers.3.attn.qkv/kernel': 0.8 ** 9,
    'backbone.layers.11.ffn.layers.1/bias': 0.8,
    'backbone.ln1/gamma': 1,
    'head.deconv_layers.0/kernel': 1,
  };
  for (const [name, scale] of Object.entries(scales)) {
    expect(layerRate(name, { decay: 0.8, layers: 12 })).toBeCloseTo(scale, 12);
  }
});

test('kernels decay; norms, biases and positions do not', () => {
  const ranks: Readonly<Record<string, number>> = {
    'backbone.layers.0.attn.qkv/kernel': 2,
    'head.final_layer/kernel': 4,
    'backbone.layers.0.attn.qkv/bias': 1,
    'backbone.layers.0.ln1/gamma': 1,
    'backbone.pos_embed/embedding': 4,
  };
  const decaying = Object.keys(ranks).filter((name) => isDecaying(name, ranks[name]!));
  expect(decaying).toEqual(['backbone.layers.0.attn.qkv/kernel', 'head.final_layer/kernel']);
});
