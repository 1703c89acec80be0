package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	jsonv2 "github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// conn carries the commands and events of all sessions over one transport.
// chromedp's own targets switch on seven protocol domains and fetch the DOM of
// every document; a login that needs none of it is a third cheaper without.
type conn struct {
	transport chromedp.Transport
	gone      chan struct{} // closed when the transport ends

	mu       sync.Mutex
	last     int64
	replies  map[int64]chan<- *cdproto.Message
	sessions map[target.SessionID]*session
	births   int                            // of pages, that we have asked for and not yet been told of
	newborn  map[target.ID]target.SessionID // wait for us before they run
}

// session is one attached page, or the browser itself when id is empty.
type session struct {
	conn *conn
	id   target.SessionID
	gone chan struct{} // closed when the page is detached

	// event is called for every event in the order of arrival, on the
	// connection's goroutine: it may post but must not wait.
	event func(*cdproto.Message)
}

// dial starts to read from transport; the returned conn owns it.
func dial(transport chromedp.Transport) *conn {
	c := &conn{
		transport: transport,
		gone:      make(chan struct{}),
		replies:   map[int64]chan<- *cdproto.Message{},
		sessions:  map[target.SessionID]*session{},
		newborn:   map[target.ID]target.SessionID{},
	}
	go c.read()
	return c
}

// browser is the session of the browser itself.
func (c *conn) browser() *session { return &session{conn: c} }

// attach makes a session known, so that its events find event.
func (c *conn) attach(id target.SessionID, event func(*cdproto.Message)) *session {
	s := &session{conn: c, id: id, gone: make(chan struct{}), event: event}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sessions[id] = s
	return s
}

// close ends the connection and returns when its goroutine has.
func (c *conn) close() error {
	err := c.transport.Close()
	<-c.gone
	return err
}

func (c *conn) read() {
	defer close(c.gone)
	for {
		message := new(cdproto.Message)
		if err := c.transport.Read(context.Background(), message); err != nil {
			return
		}
		switch {
		case message.ID != 0:
			c.reply(message)
		case message.SessionID != "":
			c.mu.Lock()
			s := c.sessions[message.SessionID]
			c.mu.Unlock()
			if s != nil {
				s.event(message)
			}
		case message.Method == cdproto.EventTargetAttachedToTarget:
			c.attached(message)
		case message.Method == cdproto.EventTargetDetachedFromTarget:
			c.detached(message)
		}
	}
}

func (c *conn) reply(message *cdproto.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch := c.replies[message.ID]; ch != nil {
		delete(c.replies, message.ID)
		ch <- message
	}
}

func (c *conn) detached(message *cdproto.Message) {
	var event target.EventDetachedFromTarget
	if decode(message.Params, &event) != nil {
		return
	}
	c.mu.Lock()
	s := c.sessions[event.SessionID]
	c.mu.Unlock()
	if s != nil {
		s.end()
	}
}

// end gives up a session: nothing will answer on it any more.
func (s *session) end() {
	s.conn.mu.Lock()
	defer s.conn.mu.Unlock()
	if s.conn.sessions[s.id] == s {
		delete(s.conn.sessions, s.id)
		close(s.gone)
	}
}

// pending is a command that was sent and whose reply may be awaited.
type pending[R any] struct {
	session *session
	method  string
	reply   <-chan *cdproto.Message
	err     error
}

// post sends a command without waiting. A session's commands are carried out
// in the order they are posted in.
func post[P, R any](s *session, command cdp.Command[P, R], params P) pending[R] {
	p := pending[R]{session: s, method: command.Method}
	buf, err := jsonv2.Marshal(params, chromedp.DefaultMarshalOptions)
	if err != nil {
		p.err = fmt.Errorf("%s: encoding its parameters: %w", p.method, err)
		return p
	}
	reply := make(chan *cdproto.Message, 1)
	c := s.conn
	c.mu.Lock()
	c.last++
	message := &cdproto.Message{ID: c.last, SessionID: s.id, Method: cdproto.MethodType(command.Method), Params: buf}
	c.replies[message.ID] = reply
	c.mu.Unlock()
	p.reply = reply
	if err := c.transport.Write(context.Background(), message); err != nil {
		p.err = fmt.Errorf("%s: %w: %w", p.method, ErrGone, err)
	}
	return p
}

// wait returns the reply. It ends with ctx, with the page or with Chrome.
func (p pending[R]) wait(ctx context.Context) (R, error) {
	var result R
	if p.err != nil {
		return result, p.err
	}
	select {
	case message := <-p.reply:
		if message.Error != nil {
			return result, fmt.Errorf("%s: %w", p.method, message.Error)
		}
		return result, decode(message.Result, &result)
	case <-ctx.Done():
		return result, fmt.Errorf("%s: %w", p.method, context.Cause(ctx))
	case <-p.session.gone:
		return result, fmt.Errorf("%s: the page was closed: %w", p.method, ErrGone)
	case <-p.session.conn.gone:
		return result, fmt.Errorf("%s: %w", p.method, ErrGone)
	}
}

// call is post and wait.
func call[P, R any](ctx context.Context, s *session, command cdp.Command[P, R], params P) (R, error) {
	return post(s, command, params).wait(ctx)
}

func decode(data jsonv2.Value, into any) error {
	return jsonv2.Unmarshal(data, into, chromedp.DefaultUnmarshalOptions)
}

// navigatedAway reports whether a command was lost because the document it
// spoke to gave way to another one.
func navigatedAway(err error) bool {
	var refusal *cdproto.Error
	if !errors.As(err, &refusal) {
		return false
	}
	for _, text := range []string{"navigated or closed", "context was destroyed", "Cannot find context", "Promise was collected"} {
		if strings.Contains(refusal.Message, text) {
			return true
		}
	}
	return false
}
