import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Calls } from './calls.ts';
import { catalogueOffer, translateQualification } from './translate.ts';

/** No GraphQL at all: the same two calls, the same answer, in one function. */
export async function startFloor(calls: Calls): Promise<string> {
  const answer = async (id: string): Promise<string> => {
    const wire = await calls.qualification(id);
    const ids = wire.product_offering_qualification_item_detail.flatMap((item) =>
      item.products_offering.map((offer) => offer.product_id),
    );
    const offers = new Map((await calls.offers(ids)).map((offer) => [offer.id, offer]));
    const productOfferingQualification = translateQualification(wire, (description) => {
      const found = offers.get(description.id);
      return found === undefined ? description : { ...description, ...catalogueOffer(found) };
    });
    return JSON.stringify({ data: { productOfferingQualification } });
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { variables } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        variables: { id: string };
      };
      answer(variables.id).then(
        (body) =>
          response
            .writeHead(200, {
              'content-type': 'application/json; charset=utf-8',
              'content-length': Buffer.byteLength(body),
            })
            .end(body),
        () => response.writeHead(502).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
