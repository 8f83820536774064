/** The position token of the last write. Sent with every request, so that what was written is visible at once. */
let token = "";

export const position = {
  get: (): string => token,
  take(answer: Pick<Response, "headers">): void {
    token = answer.headers.get("Studio-Position") ?? token;
  },
  forget(): void {
    token = "";
  },
};
