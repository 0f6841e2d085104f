export { addRole, checkedRole, removeRole, type RolePlace } from './drivers/role-door';
export { readRoles, readRoleText, watchRoles } from './drivers/role-folders';
export { tradeTemplates } from './drivers/trade-folder';
export { breachOfContract, contractInWords } from './output-contract';
export { fitsName } from './fits-name';
export { CTO_ROLE, introduction, QA_ROLE, type Role, type RoleLimits, type RoleSource } from './role';
export type { FaultyRoleFile, KnownRole, RoleCatalog, RoleRegistry } from './role-registry';
export { systemRole, workerRole, workerRoles } from './choose-role';
export { templatesFor, templatesInWords, type TradeTemplate } from './trade-templates';
