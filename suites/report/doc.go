// Package report turns what a run found into three files: report.json for
// programs, junit.xml for CI servers and report.html for people, the last one
// a single file that works offline and can be sent to a vendor as it is.
//
// It also holds the one place where a verdict is reached (Judge) and the one
// place where a run becomes an exit status (Run.ExitStatus). It must not know
// scenarios, profiles, servers or Chrome: a Case carries plain words and the
// events of a trace. Start at Run, then Judge, then Run.Write.
//
// # Format of report.json, version 1
//
// One JSON object: the run on the first line, then a line for each case, closed
// by a last line. Absent means empty. Instants are RFC 3339, durations are
// integers in nanoseconds. A reader must refuse a version it does not know and
// ignore fields it does not know. Secrets (passwords, session keys, tokens)
// stand as "***".
//
//	version                               integer, 1
//	tool                                  string, name and version of what wrote this
//	command                               string, the command line that was given
//	started                               instant, real time
//	duration                              duration, real time
//	partial                               bool, narrowed by patterns, --skip or --shard: no statement about the whole
//	shard                                 which part of a divided plan the run has played
//	shard.k                               integer, from 1
//	shard.n                               integer, the number of parts
//	shard.whole                           bool, nothing of the part is missing
//	notes[]                               string, what the reader should know about the run
//	subject                               who is under test, when it is not ssoproof itself
//	subject.role                          string, what it is: identity provider, service provider
//	subject.product                       string
//	subject.version                       string
//	subject.organization                  string
//	subject.url                           string
//	subject.contact                       string
//	cases[]                               in the order of the plan
//	cases[].id                            string, family/name@profile or family/name@profile/layout, unique
//	cases[].scenario                      string, family/name
//	cases[].family                        string
//	cases[].title                         string, the sentence that is true when the case passes
//	cases[].ref                           string, the clause or product document it is about
//	cases[].source                        string, file:line of the scenario
//	cases[].profile                       string
//	cases[].layout                        string
//	cases[].flow                          string, what the visitor does
//	cases[].faults[]                      string, what is wrong with what the IdP sends, as the scenario writes it
//	cases[].verdict                       string: pass, fail, known-fail, unexpected-pass, skip or broken
//	cases[].cause                         string, why; empty for a pass
//	cases[].checks[]                      what had to hold
//	cases[].checks[].name                 string
//	cases[].checks[].summary              string, what it asks, in words
//	cases[].checks[].expected             string
//	cases[].checks[].seen                 string
//	cases[].checks[].ok                   bool
//	cases[].events[]                      everything observed, in order
//	cases[].events[].seq                  integer, from 1
//	cases[].events[].at                   instant, the virtual clock of the party
//	cases[].events[].elapsed              duration since the case began, real time
//	cases[].events[].party                string: browser, sp, idp, origin or lab
//	cases[].events[].kind                 string, what happened: exchange, request-sent, decision, page, ...
//	cases[].events[].exchange             one HTTP request and its answer
//	cases[].events[].exchange.from        string, party
//	cases[].events[].exchange.to          string, party
//	cases[].events[].exchange.method      string
//	cases[].events[].exchange.url         string
//	cases[].events[].exchange.status      integer
//	cases[].events[].exchange.location    string, where the answer redirects to
//	cases[].events[].exchange.contentType string
//	cases[].events[].exchange.cookies[]   string, names of the cookies that the answer sets
//	cases[].events[].message              one protocol message
//	cases[].events[].message.name         string: AuthnRequest, Response, ...
//	cases[].events[].message.from         string, party
//	cases[].events[].message.to           string, party
//	cases[].events[].message.binding      string
//	cases[].events[].message.relayState   string
//	cases[].events[].message.xml          string, as sent, decoded
//	cases[].events[].message.signed       bool
//	cases[].events[].message.faults[]     string
//	cases[].events[].message.form[]       fields of the form that carried it, when a fault edited them
//	cases[].events[].message.form[].name  string
//	cases[].events[].message.form[].value string
//	cases[].events[].decision             what the SP concluded
//	cases[].events[].decision.accepted    bool
//	cases[].events[].decision.reason      string, empty when accepted
//	cases[].events[].decision.findings[]  broken rules
//	cases[].events[].decision.findings[].rule      string
//	cases[].events[].decision.findings[].ref       string, clause
//	cases[].events[].decision.findings[].reason    string
//	cases[].events[].decision.findings[].got       string
//	cases[].events[].decision.findings[].want      string
//	cases[].events[].decision.findings[].where     string
//	cases[].events[].decision.findings[].remedy    string, what the sender should change
//	cases[].events[].decision.findings[].tolerated bool, the product takes it nevertheless
//	cases[].events[].decision.identity    object of string lists: who the SP thinks it is, attributes by name
//	cases[].events[].decision.facts[]     values beside the decision: thumbprints, instants
//	cases[].events[].decision.facts[].name  string
//	cases[].events[].decision.facts[].value string
//	cases[].events[].decision.relayState  string, what came with the message
//	cases[].events[].session              a session at the SP
//	cases[].events[].session.started      bool
//	cases[].events[].session.account      string
//	cases[].events[].session.login        string
//	cases[].events[].page                 what the visitor saw
//	cases[].events[].page.label           string: final, protected, or a step of the flow
//	cases[].events[].page.name            string, the SP's name of the page
//	cases[].events[].page.url             string
//	cases[].events[].page.status          integer
//	cases[].events[].page.title           string
//	cases[].events[].page.text            string, what can be read on it
//	cases[].events[].page.html            string
//	cases[].events[].page.screenshot      string, PNG in base64
//	cases[].events[].page.error           string, why no page came, in the browser's words
//	cases[].events[].note                 string
//	cases[].duration                      duration, real time
//	cases[].command                       string, the command that plays this case alone
//	cases[].replayed                      bool, the case was played a second time and this is what it gave
//	cases[].control                       string, the journey without the defect that must succeed, in words
//	cases[].secondOpinion                 what a stock library makes of the last Response; no part of the verdict
//	cases[].secondOpinion.library         string
//	cases[].secondOpinion.accepted        bool
//	cases[].secondOpinion.as              string, the NameID that it would sign in
//	cases[].secondOpinion.why             string, why it refuses; begins with panic when it crashes
package report
