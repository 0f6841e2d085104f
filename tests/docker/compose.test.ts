import Ajv from 'ajv';
import { getDockerComposeSchemaWithoutFormats } from 'composeverter';
import { VariableMissingError } from '../../scripts/compose/errors';
import { readEnvFile, variablesIn } from '../../scripts/compose/interpolate';
import { readCompose, servicesWith, type ComposeFile } from '../../scripts/compose/read-compose';
import manifest from '../../package.json';
import { composeText, exampleText, operatorVariables, secretNames } from './compose-under-test';

const PROFILES = [[], ['cpu'], ['gpu'], ['on-host'], ['worker'], ['cpu', 'worker'], ['gpu', 'worker'], ['on-host', 'worker']];
const N8N_PROCESSES = ['n8n', 'worker', 'webhook'] as const;
/** Read by Docker Compose itself, not by the file. */
const OF_COMPOSE_ITSELF = ['COMPOSE_FILE', 'COMPOSE_PROFILES'];

/** Each rule gives its findings, none when the file obeys it, so that every rule can be shown to find something. */
const rules: Record<string, { find(compose: ComposeFile): string[]; breakIt(compose: ComposeFile): void }> = {
  'obeys the Compose Specification': {
    find: schemaErrors,
    breakIt: ({ services }) => (services.redis!.helthcheck = services.redis!.healthcheck),
  },
  'checks the health of every service that stays': {
    find: ({ services }) => each(services, ({ healthcheck, restart }) => restart === 'unless-stopped' && !healthcheck?.test),
    breakIt: ({ services }) => delete services.qdrant!.healthcheck,
  },
  'restarts every service': {
    find: ({ services }) => each(services, ({ restart }) => !['unless-stopped', 'on-failure:5'].includes(restart ?? 'no')),
    breakIt: ({ services }) => delete services.worker!.restart,
  },
  'names an exact version of every image': {
    find: ({ services }) => each(services, ({ image }) => !/:v?\d+\.\d+(\.\d+)?(-[a-z][\w.]*)?$/.test(image)),
    breakIt: ({ services }) => (services.redis!.image = 'redis:8-alpine'),
  },
  'tags the image with the version of the package': {
    find: ({ services }) => each(services, ({ build, image }) => build !== undefined && ![`n8n-nodes-aios:${manifest.version}`, `n8n-nodes-aios-runner:${manifest.version}`].includes(image)),
    breakIt: ({ services }) => (services.webhook!.image = 'n8n-nodes-aios:0.0.1'),
  },
  'opens ports on this machine alone': {
    find: ({ services }) => each(services, ({ ports = [] }) => ports.some((port) => !port.startsWith('127.0.0.1:'))),
    breakIt: ({ services }) => services.redis!.ports = ['6379:6379'],
  },
  'opens each port once': {
    find: ({ services }) => repeated(Object.values(services).flatMap(({ ports = [] }) => ports.map((port) => port.replace(/:\d+$/, '')))),
    breakIt: ({ services }) => services.webhook!.ports = [...services.n8n!.ports!],
  },
  'gives the runner no network, no way to write and none of the powers of root that are not needed': {
    find: ({ services: { runner } }) => [runner!.network_mode === 'none' ? '' : 'network', runner!.read_only ? '' : 'root file system', String(runner!.cap_drop) === 'ALL' ? '' : 'powers', runner!.ports ? 'ports' : ''].filter(Boolean),
    breakIt: ({ services }) => (services.runner!.network_mode = 'bridge'),
  },
  'declares every volume that is used, and uses every one': {
    find: ({ services, volumes }) => differing(Object.values(services).flatMap(({ volumes: used = [] }) => used.map((volume) => volume.split(':')[0]!)), Object.keys(volumes)),
    breakIt: ({ volumes }) => delete volumes['aios-data'],
  },
  'waits only for services that run, whatever the profiles': {
    find: (compose) => PROFILES.flatMap((profiles) => waitsInVain(servicesWith(compose, profiles))),
    breakIt: ({ services }) => (services.model!.depends_on!['ollama-cpu']!.required = true),
  },
  'gives main, worker and webhook process one image and one environment': {
    find: ({ services }) => N8N_PROCESSES.flatMap((name) => differencesFromMain(services, name)),
    breakIt: ({ services }) => (services.worker!.environment!.N8N_ENCRYPTION_KEY = 'another'),
  },
  "gives main, worker and webhook process the team's folder": {
    find: ({ services }) => N8N_PROCESSES.filter((name) => !services[name]!.volumes!.includes(`aios-data:${services[name]!.environment!.AIOS_DATA_DIR}`)),
    breakIt: ({ services }) => (services.worker!.volumes = []),
  },
  "lets nobody but main write to main's user folder": {
    find: ({ services }) => each(services, ({ volumes = [] }) => volumes.some((volume) => volume.startsWith('n8n-home:') && !volume.endsWith(':ro'))).filter((name) => name !== 'n8n'),
    breakIt: ({ services }) => (services.worker!.volumes = ['aios-data:/aios', 'n8n-home:/home/node/.n8n']),
  },
  'lets Redis drop nothing and lose nothing': {
    find: ({ services }) => ['--appendonly yes', '--maxmemory-policy noeviction'].filter((setting) => !services.redis!.command!.join(' ').includes(setting)),
    breakIt: ({ services }) => (services.redis!.command = ['redis-server']),
  },
  'gives every service bounded logs': {
    find: ({ services }) => each(services, ({ logging }) => !(logging as { options?: Record<string, string> } | undefined)?.options?.['max-size']),
    breakIt: ({ services }) => delete services['ollama-gpu']!.logging,
  },
  'waits for executions longer than n8n does before it kills': {
    find: ({ services }) => N8N_PROCESSES.filter((name) => Number.parseInt(String(services[name]!.stop_grace_period)) <= Number(services[name]!.environment!.N8N_GRACEFUL_SHUTDOWN_TIMEOUT)),
    breakIt: ({ services }) => (services.n8n!.stop_grace_period = '10s'),
  },
  'hands no cloud key to n8n (docs/decisions/0004)': {
    find: ({ services }) => each(services, ({ environment = {} }) => Object.keys(environment).some((name) => /ANTHROPIC|OPENAI/.test(name))),
    breakIt: ({ services }) => (services.n8n!.environment!.OPENAI_API_KEY = 'sk'),
  },
};

const obeysSchema = new Ajv({ strict: false, allErrors: true }).compile(composeSchema());
const compose = () => readCompose(composeText, operatorVariables);

describe.each(Object.entries(rules))('docker-compose.n8n.yml %s', (_, { find, breakIt }) => {
  it('as it is', () => expect(find(compose())).toEqual([]));

  it('and a copy that does not is found out', () => {
    const broken = structuredClone(compose());
    breakIt(broken);
    expect(find(broken)).not.toEqual([]);
  });
});

describe('the variables of docker-compose.n8n.yml', () => {
  it('are those of .env.example, each with a purpose', () => {
    const offered = [...Object.keys(readEnvFile(exampleText)), ...secretNames].filter((name) => !OF_COMPOSE_ITSELF.includes(name));
    expect([...variablesIn(composeText)].sort()).toEqual(offered.sort());
  });

  it('have the same defaults in both files', () => {
    const withoutEnv = readCompose(composeText, Object.fromEntries(secretNames.map((name) => [name, operatorVariables[name]])));
    expect(withoutEnv).toEqual(compose());
  });

  it.each(secretNames)('name %s when that secret is missing', (name) => {
    expect(() => readCompose(composeText, { ...operatorVariables, [name]: '' })).toThrow(VariableMissingError);
    expect(() => readCompose(composeText, { ...operatorVariables, [name]: '' })).toThrow(`required variable ${name} is missing a value: make the secrets of .env once, see docs/self-hosting.md`);
  });

  it('never bring a secret of their own', () => {
    expect(secretNames.filter((name) => new RegExp(`^${name}=`, 'm').test(exampleText) || composeText.includes(`\${${name}:-`))).toEqual([]);
  });
});

/** Formats (ports, durations, volumes) stand in it as patterns between slashes, as in JavaScript; JSON schema wants them bare. */
function composeSchema(): Record<string, unknown> {
  const isLiteral = (key: string, value: unknown): value is string => key === 'pattern' && typeof value === 'string' && /^\/.*\/$/.test(value);
  return JSON.parse(JSON.stringify(getDockerComposeSchemaWithoutFormats()), (key, value: unknown) => (isLiteral(key, value) ? value.slice(1, -1) : value)) as Record<string, unknown>;
}

function schemaErrors(compose: ComposeFile): string[] {
  obeysSchema(compose);
  return (obeysSchema.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

function each(services: ComposeFile['services'], isWrong: (service: ComposeFile['services'][string]) => boolean): string[] {
  return Object.keys(services).filter((name) => isWrong(services[name]!));
}

function repeated(values: string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function differing(used: string[], declared: string[]): string[] {
  return [...used.filter((name) => !declared.includes(name)), ...declared.filter((name) => !used.includes(name))];
}

function waitsInVain(services: ComposeFile['services']): string[] {
  return Object.entries(services).flatMap(([name, { depends_on = {} }]) => Object.entries(depends_on).filter(([target, { required }]) => required !== false && !services[target]).map(([target]) => `${name} → ${target}`));
}

/** Whatever main has, the others must have with the same value; they may have more. */
function differencesFromMain(services: ComposeFile['services'], name: string): string[] {
  const [main, other] = [services.n8n!, services[name]!];
  const names = Object.keys(main.environment!).filter((variable) => main.environment![variable] !== other.environment![variable]);
  return [...names, ...(main.image === other.image ? [] : ['image'])].map((what) => `${name}: ${what}`);
}
