// Asks for the part of the page that changes every two seconds, and says so when nobody answers.
"use strict";

const EVERY = 2000;
const board = document.getElementById("board");
const lost = document.getElementById("lost");

async function look() {
  try {
    const answer = await fetch("/board", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(String(answer.status));
    board.innerHTML = await answer.text(); // our own page, escaped by its template
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
