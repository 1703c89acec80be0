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

// Ask puts the questions to a process that runs Serve: command is the program
// and its arguments. The answers are in the order of the questions.
func Ask(ctx context.Context, command []string, questions []Question) ([]Answer, error) {
	process := exec.CommandContext(ctx, command[0], command[1:]...)
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("starting the process that forms second opinions: %w", err)
	}
	asked := make(chan error, 1)
	go func() { asked <- errors.Join(put(in, questions), in.Close()) }()
	answers, err := take(out, len(questions))
	if err == nil {
		err = <-asked
	}
	if err != nil {
		err = errors.Join(err, process.Cancel())
	}
	if err := errors.Join(err, process.Wait()); err != nil {
		return nil, fmt.Errorf("asking for second opinions: %w", err)
	}
	return answers, nil
}

func put(in io.Writer, questions []Question) error {
	buffered := bufio.NewWriter(in)
	write := json.NewEncoder(buffered)
	for _, q := range questions {
		if err := write.Encode(q); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

func take(out io.Reader, n int) ([]Answer, error) {
	read := json.NewDecoder(bufio.NewReader(out))
	answers := make([]Answer, n)
	for i := range answers {
		if err := read.Decode(&answers[i]); err != nil {
			return nil, fmt.Errorf("answer %d of %d: %w", i+1, n, err)
		}
	}
	return answers, nil
}
