import { loginOperations } from '../contracts/login/operations.ts';
import { toPersonFields, toPersonReply } from '../contracts/login/persons.ts';
import { toComparisonReply, toLivenessReply, toPersonFound } from '../contracts/login/recognition.ts';
import { ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import { type CompareFaces, compareFaces } from '../usecases/compare-faces.ts';
import { createPerson } from '../usecases/create-person.ts';
import {
  measureLiveness,
  type RecogniseFaces,
  type Search,
  searchFaces,
  searchLiveFace,
} from '../usecases/recognise-faces.ts';
import { type UpdatePerson, updatePerson } from '../usecases/update-person.ts';
import { recordReplies } from './login-setup.ts';

const toSearch = (body: {
  readonly collection_id: string;
  readonly min_score: number;
  readonly max_results: number;
}): Search => ({ collection: body.collection_id, minScore: body.min_score, maxResults: body.max_results });

const data = (data: unknown) => ok({ status: 200, body: { data } });

/** What of persons and recognition looks at faces. */
export function loginFaces(deps: UpdatePerson & RecogniseFaces & CompareFaces) {
  const persons = recordReplies(deps, 'person', toPersonReply);
  return {
    createPerson: endpoint(loginOperations.createPerson, async ({ caller, body }) =>
      persons.answer(caller, await createPerson(deps, caller, { collections: [], ...toPersonFields(body) })),
    ),
    updatePerson: endpoint(loginOperations.updatePerson, async ({ caller, params, body }) =>
      persons.answer(caller, await updatePerson(deps, caller, params.id ?? '', toPersonFields(body))),
    ),
    measureLiveness: endpoint(loginOperations.measureLiveness, async ({ caller, body }) => {
      const liveness = await measureLiveness(deps, caller, body.image, body.collection_id);
      return liveness.ok ? data(toLivenessReply(liveness.value, body.liveness_min_score)) : liveness;
    }),
    searchFace: endpoint(loginOperations.searchFace, async ({ caller, body }) => {
      const found = await searchFaces(deps, caller, body.images ?? body.image ?? [], toSearch(body));
      return found.ok ? data(found.value.map(toPersonFound)) : found;
    }),
    searchLiveFace: endpoint(loginOperations.searchLiveFace, async ({ caller, body }) => {
      const search = { ...toSearch(body), livenessMinScore: body.liveness_min_score };
      const found = await searchLiveFace(deps, caller, body.image, search);
      if (!found.ok) return found;
      const { liveness, persons } = found.value;
      return data({
        liveness: toLivenessReply(liveness, body.liveness_min_score),
        persons: persons.map(toPersonFound),
      });
    }),
    searchCrops: endpoint(loginOperations.searchCrops, async ({ caller, body }) => {
      const found = await searchFaces(deps, caller, body.images, toSearch(body));
      return found.ok ? data(found.value.map(toPersonFound)) : found;
    }),
    compareFaces: endpoint(loginOperations.compareFaces, async ({ caller, body }) => {
      const compared = await compareFaces(deps, caller, body, body.compare_min_score);
      return compared.ok ? data(toComparisonReply(compared.value, body.compare_min_score)) : compared;
    }),
    compareLiveFaces: endpoint(loginOperations.compareLiveFaces, async ({ caller, body }) => {
      const compared = await compareFaces(deps, caller, body, body.compare_min_score);
      if (!compared.ok) return compared;
      const { passed, liveness } = compared.value;
      return data({
        comparison: toComparisonReply(compared.value, body.compare_min_score),
        liveness: passed ? toLivenessReply(liveness, body.liveness_min_score) : null,
      });
    }),
  };
}
