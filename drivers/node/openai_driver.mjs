// The `openai` package as a driver of the lab: one call a trial, SDK defaults.

import OpenAI from "openai";
import { answer } from "./chat.mjs";
import { serve } from "./driver.mjs";

serve((trial) =>
  answer(
    new OpenAI({
      baseURL: trial.base_url,
      apiKey: trial.api_key,
      timeout: trial.timeout_s * 1000,
    }),
    trial,
  ),
);
