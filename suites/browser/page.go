package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/runtime"
)

// A Page is what a person sees at rest, read in one go.
type Page struct {
	URL    string
	Title  string
	Text   string // what is visible, as innerText has it
	HTML   string // the live DOM
	Name   string // the body's data-page
	Status int    // of the document's response; 0 when there was none
	Err    string // why no page came, or part of one only, in Chrome's words; else ""

	Frames []string // why frames of the page stay empty, in Chrome's words

	Dialogs []string // alerts and questions since the tab was opened; all were accepted
	Popups  []string // addresses of windows that were opened besides
}

// script is a JavaScript function of (verb, arguments).
//
//go:embed page.js
var script string

// evaluate runs one verb of the script in the page and decodes its result.
func evaluate(ctx context.Context, s *session, into any, verb string, args ...any) error {
	data, err := json.Marshal(append([]any{verb}, args...))
	if err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	yes := true
	result, err := call(ctx, s, runtime.Evaluate, runtime.EvaluateParams{
		Expression:    "(" + script + ")(..." + string(data) + ")",
		ReturnByValue: &yes,
		AwaitPromise:  &yes,
		UserGesture:   &yes,
	})
	if err != nil {
		return err
	}
	if thrown := result.ExceptionDetails; thrown != nil {
		text := thrown.Text
		if thrown.Exception != nil {
			text, _, _ = strings.Cut(thrown.Exception.Description, "\n")
		}
		return fmt.Errorf("%s: the page threw %s", verb, text)
	}
	if into == nil || result.Result == nil || len(result.Result.Value) == 0 {
		return nil
	}
	return json.Unmarshal(result.Result.Value, into)
}
