// `ai` with `@ai-sdk/openai-compatible` as a driver of the lab: one call a trial, SDK defaults.

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
import { serve } from "./driver.mjs";

serve(async (trial) => {
  const provider = createOpenAICompatible({
    name: "cometapi",
    baseURL: trial.base_url,
    apiKey: trial.api_key,
    includeUsage: true,
    // The SDK has no time limit for one request; this is how its documentation sets one.
    fetch: (url, init) => fetch(url, { ...init, signal: limited(init.signal, trial.timeout_s) }),
  });
  const options = { model: provider(trial.model), messages: trial.messages };
  if (!trial.stream) {
    const made = await generateText(options);
    return { text: made.text, finish_reason: made.finishReason, usage: made.usage };
  }
  let failure = null;
  const made = streamText({ ...options, onError: ({ error }) => (failure = error) });
  let text = "";
  for await (const part of made.textStream) text += part;
  if (failure) throw failure;
  return { text, finish_reason: await made.finishReason, usage: await made.usage };
});

function limited(signal, seconds) {
  const limit = AbortSignal.timeout(seconds * 1000);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}
