import createClient from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

export type Problem = components['schemas']['Problem'];

/** A failure response of the API. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
  }
}

/** A client of one host. `signIn` sets the access token of later requests. */
export function connect(baseUrl: string) {
  let accessToken: string | undefined;
  const api = createClient<paths>({ baseUrl });
  api.use({
    onRequest({ request }) {
      if (accessToken) request.headers.set('Authorization', `Bearer ${accessToken}`);
      return request;
    },
  });
  return { api, signIn: (token: string) => void (accessToken = token) };
}

/** Returns the response body, or throws a `ProblemError`. */
export async function answer<T>(call: Promise<{ data?: T; error?: Problem; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (error) throw new ProblemError(error);
  if (!response.ok) throw new Error(`${response.status} without a problem`);
  return data as T;
}
