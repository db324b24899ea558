import { useQueries } from '@tanstack/react-query';
import { call } from '../../bridge';
import type { Proof, ProofPlace } from '../../contract';

/** How often the proof is read while a place is still being retried. */
const pollMilliseconds = 1500;

/** The proof of one change, or the sum of the proofs that one job wrote. */
export interface ProofState {
  readonly proofs: readonly Proof[];
  readonly places: readonly ProofPlace[];
  readonly pending: boolean;
}

function isPending(proof: Proof | undefined): boolean {
  return proof?.places.some((place) => place.state === 'pending') ?? false;
}

/** Adds up places of the same name. If one of them is pending, the sum is pending. */
export function sumPlaces(proofs: readonly Proof[]): readonly ProofPlace[] {
  const sums = new Map<ProofPlace['place'], ProofPlace>();
  for (const place of proofs.flatMap((proof) => proof.places)) {
    const sum = sums.get(place.place);
    const states = [sum?.state, place.state];
    const state = states.includes('pending') ? 'pending' : states.includes('done') ? 'done' : 'none';
    sums.set(place.place, { place: place.place, state, count: (sum?.count ?? 0) + place.count });
  }
  return [...sums.values()];
}

/** Reads the proof again until the change has taken effect in every place. */
export function useProof(audits: readonly string[], first: Proof | null): ProofState {
  return useQueries({
    queries: audits.map((id) => ({
      queryKey: ['change', 'proof', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('audit.proof', { id }, { signal }),
      ...(first !== null && first.auditId === id ? { initialData: first, staleTime: pollMilliseconds } : {}),
      refetchInterval: (query: { readonly state: { readonly data?: Proof | undefined } }) =>
        isPending(query.state.data) ? pollMilliseconds : false,
    })),
    combine: (results) => {
      const proofs = results.flatMap((result) => (result.data === undefined ? [] : [result.data]));
      return { proofs, places: sumPlaces(proofs), pending: proofs.some(isPending) };
    },
  });
}
