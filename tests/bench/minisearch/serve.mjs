// MiniSearch behind JSON lines: {"documents"} fills it, {"ask", "depth"} searches, {"megabytes"} tells its memory.
import { createInterface } from 'node:readline';
import MiniSearch from 'minisearch';

const index = new MiniSearch({
  idField: 'ref',
  fields: ['name', 'profile', 'people', 'place'],
  searchOptions: {
    boost: { name: 1.5, people: 1.5 },
    fuzzy: (word) => (word.length > 3 ? 0.2 : false),
    prefix: (word) => word.length > 3,
    combineWith: 'OR',
  },
});

function answer(line) {
  if (line.documents) {
    index.addAll(line.documents);
    return line.documents.length;
  }
  if (line.megabytes) {
    globalThis.gc?.();
    return process.memoryUsage().rss / 1024 / 1024;
  }
  return index.search(line.ask).slice(0, line.depth).map((hit) => [hit.id, hit.score]);
}

for await (const text of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(text))) + '\n');
}
