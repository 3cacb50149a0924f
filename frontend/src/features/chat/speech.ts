import { useCallback, useEffect, useState } from 'react';

/** Reads one message aloud at a time. Null where the device has no voice. */
export function useSpeech(): { speaking: string | null; toggle: (key: string, text: string) => void } | null {
  const [speaking, setSpeaking] = useState<string | null>(null);
  const synth = 'speechSynthesis' in window ? window.speechSynthesis : null;
  useEffect(() => () => synth?.cancel(), [synth]);
  const toggle = useCallback(
    (key: string, text: string) => {
      if (!synth) return;
      synth.cancel();
      if (key === speaking) return setSpeaking(null);
      const words = new SpeechSynthesisUtterance(text);
      words.lang = 'pt-BR';
      const voice = synth.getVoices().find(({ lang }) => lang.replace('_', '-') === 'pt-BR');
      if (voice) words.voice = voice;
      const over = () => setSpeaking((now) => (now === key ? null : now));
      words.onend = over;
      words.onerror = over;
      setSpeaking(key);
      synth.speak(words);
    },
    [synth, speaking],
  );
  return synth ? { speaking, toggle } : null;
}
