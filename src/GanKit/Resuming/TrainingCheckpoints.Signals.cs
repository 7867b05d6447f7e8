using System.Runtime.InteropServices;

namespace GanKit.Resuming;

/// <content>What asks the process to end.</content>
public sealed partial class TrainingCheckpoints
{
    private const int SignalledExit = 128; // shells add the signal's number

    private readonly List<PosixSignalRegistration> _signals = [];

    /// <summary>
    /// Whether SIGTERM, SIGINT (Ctrl-C) and SIGHUP end the run after the step that is running; <see langword="true"/>. The checkpoint
    /// is written then, <see cref="Output"/> says
    /// where, <c>Fit</c> returns as after its last step, and the process's exit code is 128 and the signal's number unless the program
    /// has one of its own. A second
    /// signal ends the process at once.
    /// </summary>
    public bool StopOnSignals { get; init; } = true;

    /// <summary>The signal that ended the last run; null where none did.</summary>
    public PosixSignal? StoppedBy { get; private set; }

    private void ListenToSignals(ITrainer trainer)
    {
        if (!StopOnSignals)
            return;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP])
            _signals.Add(PosixSignalRegistration.Create(signal, Stop));

        void Stop(PosixSignalContext context)
        {
            if (StoppedBy is not null)
            {
                context.Cancel = context.Signal == PosixSignal.SIGHUP; // a terminal that closes may send several
                return; // else the system's way: at once
            }

            StoppedBy = context.Signal;
            context.Cancel = true;
            trainer.RequestStop();
            Say($"{context.Signal}: the step that is running ends, and a checkpoint is written. A second signal ends the process at once.");
        }
    }

    // A terminal that is gone, or a log on a full disk, takes nothing more, and must not keep the checkpoint from being written.
    private void Say(string text)
    {
        try
        {
            Output.WriteLine(text);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            System.Diagnostics.Trace.TraceWarning($"GanKit: {text}");
        }
    }

    private void SayWhereItStopped(ITrainer trainer)
    {
        if (StoppedBy is not { } signal)
            return;
        var newest = _store!.Checkpoints is [.., var last] ? last : null;
        Say($"{signal}: the run stopped after step {trainer.StepCount}. "
            + (newest is null ? "No step was done, and there is no checkpoint." : $"Its checkpoint is '{newest.FolderPath}'."));
        Environment.ExitCode = SignalledExit + signal switch { PosixSignal.SIGHUP => 1, PosixSignal.SIGINT => 2, _ => 15 };
    }
}
