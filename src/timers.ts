/** As long as a timer can be, in milliseconds; one that is given more ends at once. */
export const longestTimerMs = 2 ** 31 - 1;
