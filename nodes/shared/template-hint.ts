import type { NodeHint } from 'n8n-workflow';

/** Where n8n's "Import → From URL" finds the templates. */
export const TEMPLATES_URL = 'https://raw.githubusercontent.com/n8n-nodes-aios/n8n-nodes-aios/main/workflows';

/** Our templates' names begin with this; in them, and once a workflow is published, nobody needs to be shown a template. */
const OUR_TEMPLATES = 'AIOS ';

/**
 * Shows a first user the ready-made workflow of a node, in the output panel as long as there is no output.
 *
 * @param template file in workflows/, without ".json"
 * @param further another template of the node, and what it does
 */
export function templateHint(template: string, further?: { template: string; does: string }): NodeHint {
  const link = (name: string) => `<a href="${TEMPLATES_URL}/${name}.json" target="_blank">${TEMPLATES_URL}/${name}.json</a>`;
  return {
    type: 'info',
    location: 'outputPane',
    whenToDisplay: 'beforeExecution',
    displayCondition: `={{ !$workflow.active && !$workflow.name.startsWith('${OUR_TEMPLATES}') }}`,
    message: `<b>First time?</b> Start from a ready-made workflow: in a new workflow choose <b>⋯ → Import → From URL</b> and paste<br>${link(template)}${further ? `<br>This one ${further.does}:<br>${link(further.template)}` : ''}`,
  };
}
