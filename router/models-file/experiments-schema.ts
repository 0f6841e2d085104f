import { z } from 'zod';

const name = z.string().trim().min(1, 'is empty').max(100, 'is longer than 100 characters').regex(/^[^\p{Cc}]*$/u, 'must be one line');

const armSchema = z.union(
  [
    z.strictObject({ name: name.optional(), model: name, share: z.number('must be a number').positive('must be above 0').max(1_000_000).default(1) }),
    name.transform((model) => ({ name: undefined, model, share: 1 })),
  ],
  'must be a model, or {name, model, share}',
);

const whoseSchema = z.union([z.literal('all'), z.strictObject({ role: name }), z.strictObject({ workflow: name })], 'must be all, {role: research} or {workflow: Sales report}');

export const experimentSchema = z.object({
  name,
  for: whoseSchema.default('all'),
  arms: z.array(armSchema).min(2, 'needs at least two arms').max(10, 'has more than ten arms').transform((arms) => arms.map(({ name: called, model, share }): ExperimentArm => ({ name: called ?? model, model, share }))),
});
/** A comparison between models: which requests take part, and which model each share of them asks first. */
export type Experiment = z.infer<typeof experimentSchema>;

export interface ExperimentArm {
  /** Default: the model. */
  name: string;
  /** As nodes may name it: `provider/model`, the bare name, or the name in this file. */
  model: string;
  /** In proportion to the other arms' shares. */
  share: number;
}

export const experimentsSchema = z
  .array(experimentSchema)
  .max(50, 'has more than 50 experiments')
  .superRefine((experiments, context) => {
    const isTwice = (names: readonly string[], at: number) => names.indexOf(names[at]!) < at;
    experiments.forEach(({ arms }, index) => {
      if (isTwice(experiments.map((experiment) => experiment.name), index)) context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is there twice' });
      arms.forEach((_, at) => isTwice(arms.map((arm) => arm.name), at) && context.addIssue({ code: 'custom', path: [index, 'arms', at], message: 'is there twice; give the arms names' }));
    });
  })
  .default([]);
