package opinion

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Serve reads questions from in, JSON values one after another, and writes an
// answer to each, in the same order, until in ends. It sets the library's
// clock, so the process must not use the library otherwise.
func Serve(in io.Reader, out io.Writer) error {
	read, write := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	for {
		var q Question
		switch err := read.Decode(&q); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading a question: %w", err)
		}
		if err := write.Encode(opinion(q)); err != nil {
			return fmt.Errorf("answering: %w", err)
		}
	}
}

// Process is one that runs Serve. Close must be called.
type Process struct {
	command *exec.Cmd
	in      io.WriteCloser
	read    *json.Decoder
}

// Start starts the process: command is the program and its arguments. It is
// killed when ctx ends.
func Start(ctx context.Context, command []string) (*Process, error) {
	p := &Process{command: exec.CommandContext(ctx, command[0], command[1:]...)}
	p.command.Stderr = os.Stderr
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.read = json.NewDecoder(bufio.NewReader(out))
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("starting the process that forms second opinions: %w", err)
	}
	return p, nil
}

// answerLimit is the longest that the library may take. Messages of megabytes
// take it a second or two.
const answerLimit = time.Minute

// Ask waits for the answer. It is for one goroutine at a time; after an error
// nothing more can be asked. A process that takes too long is killed.
func (p *Process) Ask(q Question) (Answer, error) { return p.ask(q, answerLimit) }

func (p *Process) ask(q Question, limit time.Duration) (Answer, error) {
	late := time.AfterFunc(limit, func() { p.command.Process.Kill() })
	var a Answer
	err := json.NewEncoder(p.in).Encode(q)
	if err == nil {
		err = p.read.Decode(&a)
	}
	switch {
	case !late.Stop():
		return Answer{}, fmt.Errorf("asking for a second opinion: no answer within %s", limit)
	case err != nil:
		return Answer{}, fmt.Errorf("asking for a second opinion: %w", err)
	}
	return a, nil
}

// Close ends the process and returns how it went.
func (p *Process) Close() error {
	if err := errors.Join(p.in.Close(), p.command.Wait()); err != nil {
		return fmt.Errorf("ending the process that forms second opinions: %w", err)
	}
	return nil
}
