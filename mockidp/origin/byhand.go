package origin

import "net/http"

// The pages for whoever tries things out by hand.

type keyPage struct{ Email, Key string }

// showKey shows a session key of the visitor's, for an administrator who wants
// to try the portal's test tool (seed 001, "How to implement", step 6).
func (o *Origin) showKey(w http.ResponseWriter, r *http.Request) {
	s := o.sessionOf(r)
	if s == nil {
		redirect(w, o.loginURL(o.cfg.BaseURL+r.URL.RequestURI()))
		return
	}
	key := o.newKey(s)
	o.record(Event{Kind: "key-shown", Person: s.person.Login, Key: fingerprint(key)})
	o.page(w, http.StatusOK, "key.html", keyPage{s.person.Login, key})
}

type answersPage struct {
	Groups []answerGroup
	Armed  string // the name of the one that is given, "" for the truth
}

// showAnswers lists what the Authentication Web Service can be made to answer.
func (o *Origin) showAnswers(w http.ResponseWriter, _ *http.Request) {
	page := answersPage{Groups: answerGroups()}
	o.mu.Lock()
	if o.answer != nil {
		page.Armed = o.answer.Name
	}
	o.mu.Unlock()
	o.page(w, http.StatusOK, "answers.html", page)
}

func (o *Origin) chooseAnswer(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	switch a, known := AnswerNamed(r.PostFormValue("answer")); {
	case known:
		o.AnswerWith(a)
	case r.PostFormValue("answer") == "":
		o.Reset()
	default:
		o.refuse(w, "", "There is no such answer.")
		return
	}
	redirect(w, o.cfg.BaseURL+"/Answers")
}
