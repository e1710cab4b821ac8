// One call of an OpenAI-compatible Node client, read as the vendor's samples read it.

export async function answer(client, trial) {
  const options = { model: trial.model, messages: trial.messages, stream: trial.stream };
  if (trial.tools) options.tools = trial.tools;
  if (trial.stream) options.stream_options = { include_usage: true };
  const made = await client.chat.completions.create(options);
  return trial.stream ? streamed(made) : plain(made);
}

function plain(made) {
  const choice = made.choices[0];
  const calls = choice.message.tool_calls;
  const text = calls?.length ? call(calls[0].function) : choice.message.content;
  return { text, finish_reason: choice.finish_reason, usage: made.usage };
}

async function streamed(made) {
  let text = "";
  let finish = null;
  let usage = null;
  for await (const chunk of made) {
    usage = chunk.usage ?? usage;
    for (const choice of chunk.choices) {
      text += choice.delta.content ?? "";
      for (const one of choice.delta.tool_calls ?? []) text += call(one.function);
      finish = choice.finish_reason ?? finish;
    }
  }
  return { text, finish_reason: finish, usage };
}

const call = (made) => `${made.name ?? ""}${made.arguments ?? ""}`;
