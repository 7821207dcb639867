/** The tenant of what is stored where there are none. No caller has this name. */
export const soleTenant = 'default';
