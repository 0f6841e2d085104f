import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { CalibrationStep } from '../../router';
import type { ItemAnswer } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';

const STEPS: readonly unknown[] = ['fit', 'apply', 'undo'] satisfies CalibrationStep[];

/** As the node's author has chosen it; what an item says can choose nothing here. */
export function isCalibration(context: IExecuteFunctions): boolean {
  return context.getNode().parameters.operation === 'calibrate';
}

/** Once for all items. */
export async function calibrated(context: IExecuteFunctions): Promise<ItemAnswer> {
  const step = context.getNode().parameters.calibration ?? 'fit';
  if (!STEPS.includes(step)) {
    throw new NodeOperationError(context.getNode(), 'What to calibrate must be chosen in the node.', { description: 'Choose one of the list in "What to Do"; an expression or a model cannot choose it.', type: 'CALIBRATION_NOT_CHOSEN' });
  }
  return await withTeam(context, async ({ calibrator }) => {
    const { inForce, ...answer } = await calibrator.take(step as CalibrationStep);
    return { json: { ...answer, inForce: inForce && { outcomes: inForce.outcomes, since: new Date(inForce.sinceMs).toISOString() } } as unknown as IDataObject };
  });
}
