// Vectors of texts by a sentence model in a folder of the user's: ONNX Runtime as WebAssembly, and the model's own tokenizer. Owns how
// such a folder is read (the layout that Sentence Transformers export: https://sbert.net/docs/package_reference/util.html) and how a
// text becomes one vector. Must not read anything outside the folder, and opens no connection: both libraries are handed bytes.
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { z } from 'zod';
import { Pacer, type PaceOptions } from './pacer';

/** Looked for in this order below the folder. */
const modelFiles = ['model.onnx', 'onnx/model.onnx', 'onnx/model_quantized.onnx', 'model_quantized.onnx'];
/** What WebAssembly can hold beside the vectors of a run. */
const mostModelBytes = 1_500_000_000;
/** Texts are cut at so many tokens where the model does not say fewer: a correction says early what it is about. */
const mostTokens = 256;
const mostCharacters = 4_000;
/** Texts in one call of the model, of about the same length. */
const batchSize = 16;

const configSchema = z.looseObject({ model_max_length: z.number().optional() });
const limitsSchema = z.looseObject({ max_seq_length: z.number().int().min(1).optional() });
const poolingSchema = z.looseObject({ pooling_mode_cls_token: z.boolean().optional() });

/** A folder that is no usable sentence model; the message names the file and says why. */
export class SentenceModelProblem extends Error {}

export type SentenceModel = {
  /** Last part of the folder's path. */
  name: string;
  dimensions: number;
  /** One row of `dimensions` numbers for each text, row-major. @throws SentenceModelProblem; the signal's reason when aborted */
  embed: (texts: readonly string[], pace: PaceOptions) => Promise<Float32Array>;
  close: () => Promise<void>;
};

function because(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a file holds; null where it is absent and may be. */
async function readJson<T>(path: string, schema: z.ZodType<T>, isNeeded: boolean): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!isNeeded && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new SentenceModelProblem(`${path} cannot be read: ${because(error)}`);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new SentenceModelProblem(`${path} is not what it should be: ${because(error)}`);
  }
}

async function readTokenizer(folder: string): Promise<{ tokenizer: Tokenizer; limit: number }> {
  const path = join(folder, 'tokenizer.json');
  const described = await readJson(path, z.looseObject({ model: z.looseObject({}) }), true);
  const config = await readJson(join(folder, 'tokenizer_config.json'), configSchema, false);
  const limits = await readJson(join(folder, 'sentence_bert_config.json'), limitsSchema, false);
  const limit = Math.min(
    mostTokens,
    limits?.max_seq_length ?? mostTokens,
    // Some say a number beyond all bounds where they mean that they do not know.
    config?.model_max_length ?? mostTokens,
  );
  try {
    return { tokenizer: new Tokenizer(described ?? {}, config ?? {}), limit: Math.max(1, Math.floor(limit)) };
  } catch (error) {
    throw new SentenceModelProblem(`${path} describes a tokenizer that cannot be used: ${because(error)}`);
  }
}

async function readModel(folder: string): Promise<{ path: string; session: InferenceSession }> {
  for (const name of modelFiles) {
    const path = join(folder, name);
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    );
    if (size === null) continue;
    if (size > mostModelBytes)
      throw new SentenceModelProblem(`${path} is larger than ${String(mostModelBytes / 1e9)} GB.`);
    try {
      return { path, session: await InferenceSession.create(new Uint8Array(await readFile(path))) };
    } catch (error) {
      throw new SentenceModelProblem(`${path} cannot be loaded as an ONNX model: ${because(error)}`);
    }
  }
  throw new SentenceModelProblem(
    `${folder} holds no model: none of ${modelFiles.join(', ')} is there beside tokenizer.json.`,
  );
}

type Encoded = { row: number; ids: number[] };

/** Token ids, mask and types of a batch, padded to its longest text. */
function feedsOf(batch: readonly Encoded[], inputNames: readonly string[]): Record<string, Tensor> {
  const length = Math.max(1, ...batch.map(({ ids }) => ids.length));
  const fill = (valueOf: (ids: number[], i: number) => number): Tensor => {
    const values = new BigInt64Array(batch.length * length);
    batch.forEach(({ ids }, b) => {
      for (let i = 0; i < length; i++) values[b * length + i] = BigInt(valueOf(ids, i));
    });
    return new Tensor('int64', values, [batch.length, length]);
  };
  const known: Record<string, () => Tensor> = {
    input_ids: () => fill((ids, i) => ids[i] ?? 0),
    attention_mask: () => fill((ids, i) => (i < ids.length ? 1 : 0)),
    token_type_ids: () => fill(() => 0),
  };
  return Object.fromEntries(
    inputNames.map((name) => {
      const make = known[name];
      if (make === undefined) throw new Error(`it asks for an input “${name}”, which a sentence has not`);
      return [name, make()];
    }),
  );
}

/** Adds the vectors of a batch to `into`: those of whole texts, or the mean (or first) of their tokens' vectors. */
function pool(
  output: Tensor,
  batch: readonly Encoded[],
  isFirstToken: boolean,
  into: (row: number, vector: Float32Array) => void,
): void {
  if (!(output.data instanceof Float32Array)) throw new Error(`it gives ${output.type}, not 32-bit numbers`);
  const { data, dims } = output;
  const width = dims.at(-1) ?? 0;
  const length = dims.length === 3 ? (dims[1] ?? 0) : 1;
  if (dims[0] !== batch.length || (dims.length !== 2 && dims.length !== 3) || width === 0)
    throw new Error(`it gives numbers of the shape ${dims.join(' x ')}, not a vector for each text or token`);
  batch.forEach(({ row, ids }, b) => {
    const vector = new Float32Array(width);
    const count = dims.length === 2 || isFirstToken ? 1 : Math.max(1, ids.length);
    for (let t = 0; t < count; t++)
      for (let d = 0, from = (b * length + t) * width; d < width; d++)
        vector[d] = (vector[d] as number) + (data[from + d] as number) / count;
    into(row, vector);
  });
}

/** Names of outputs that hold the vector of the whole text; otherwise the first output holds those of its tokens. */
const wholeOutputs = ['sentence_embedding', 'sentence_embeddings'];

/**
 * Reads the model in a folder and tries it on a word. `threadCount` threads of ONNX Runtime's own help; 1 starts none.
 * @throws SentenceModelProblem that names the file
 */
export async function openSentenceModel(folder: string, threadCount = 1): Promise<SentenceModel> {
  env.wasm.numThreads = threadCount;
  env.logLevel = 'error';
  const { tokenizer, limit } = await readTokenizer(folder);
  const pooling = await readJson(join(folder, '1_Pooling/config.json'), poolingSchema, false);
  const { path, session } = await readModel(folder);
  const output = session.outputNames.find((name) => wholeOutputs.includes(name)) ?? session.outputNames[0];
  const encode = (text: string, row: number): Encoded => ({
    row,
    ids: tokenizer.encode(text.slice(0, mostCharacters)).ids.slice(0, limit),
  });
  const run = async (
    batch: readonly Encoded[],
    into: (row: number, vector: Float32Array) => void,
  ): Promise<void> => {
    try {
      const found = await session.run(feedsOf(batch, session.inputNames));
      const vectors = found[output ?? ''];
      if (vectors === undefined) throw new Error('it gives nothing');
      pool(vectors, batch, pooling?.pooling_mode_cls_token === true, into);
    } catch (error) {
      throw new SentenceModelProblem(`${path} cannot be used as a sentence model: ${because(error)}`);
    }
  };
  let dimensions = 0;
  await run([encode('word', 0)], (_, vector) => (dimensions = vector.length));
  return {
    name: basename(folder),
    dimensions,
    embed: async (texts, pace) => {
      const pacer = new Pacer(pace);
      const encoded = texts.map(encode).sort((a, b) => a.ids.length - b.ids.length || a.row - b.row);
      const vectors = new Float32Array(texts.length * dimensions);
      for (let at = 0; at < encoded.length; at += batchSize) {
        await run(encoded.slice(at, at + batchSize), (row, vector) => {
          vectors.set(vector, row * dimensions);
        });
        await pacer.pause('reading with the sentence model', Math.min(1, (at + batchSize) / encoded.length));
      }
      return vectors;
    },
    close: () => session.release(),
  };
}
