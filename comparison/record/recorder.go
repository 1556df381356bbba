// Package record is the proof of what a client delivered: a file that gets a line for each record that the client hands to its
// user, and the account of that file against what was written.
package record

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"dev.exposure/comparison/exposure"
)

// Recorder appends a line to a file for each delivery. Each line is one write to the file, so a kill takes none back. It is not
// safe for several goroutines.
type Recorder struct {
	file *os.File
	line []byte
}

// Open appends to a file, which is created if need be.
func Open(path string) (*Recorder, error) {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	return &Recorder{file: file}, nil
}

// Delivered notes that the client handed over the record with this value, as that of the partition and offset.
// The line is "id partition offset milliseconds".
func (r *Recorder) Delivered(partition int32, offset int64, value []byte) error {
	id := exposure.ID(value)
	if id == "" {
		id = "?"
	}
	r.line = append(r.line[:0], id...)
	r.line = append(r.line, ' ')
	r.line = strconv.AppendInt(r.line, int64(partition), 10)
	r.line = append(r.line, ' ')
	r.line = strconv.AppendInt(r.line, offset, 10)
	r.line = append(r.line, ' ')
	r.line = strconv.AppendInt(r.line, time.Now().UnixMilli(), 10)
	r.line = append(r.line, '\n')
	_, err := r.file.Write(r.line)
	return err
}

// Error notes an error that the client showed to its user, as a line that begins with '#'.
func (r *Recorder) Error(err error) {
	fmt.Fprintf(r.file, "# %d %s\n", time.Now().UnixMilli(), strings.ReplaceAll(err.Error(), "\n", " "))
}

// Close closes the file.
func (r *Recorder) Close() error { return r.file.Close() }
