namespace GanKit.Resuming;

/// <summary>Goes on from a checkpoint.</summary>
public static class ResumeExtensions
{
    /// <summary>
    /// Brings a trainer that was made alike to where a run was, in another process too: networks, averages, optimisers, counts, pools
    /// and random
    /// states at once; the data's position and the callbacks with the next <c>Fit</c> or <c>Steps</c>, which goes on in the middle of
    /// the epoch.
    /// </summary>
    /// <remarks>
    /// <para>Call it last before <c>Fit</c>: what draws random numbers in between changes the run. libtorch gets the number of threads
    /// that the run had, for the whole process.</para>
    /// <para>On the same processor, with the same libraries, the run goes on to the last bit. <see cref="TrainingCheckpoint.Notices"/>
    /// says where it is not the same.</para>
    /// </remarks>
    /// <param name="trainer">The trainer: of the same networks, objective and options, whatever its seeds.</param>
    /// <param name="path">
    /// A checkpoint's folder, or the folder that <see cref="TrainingCheckpoints"/> writes to: then it is the newest that is whole.
    /// Damaged ones are passed
    /// over, with a notice that names them, which <see cref="System.Diagnostics.Trace"/> gets too.
    /// </param>
    /// <param name="allow">What may be another than in the run; nothing by default.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">There is no checkpoint in it.</exception>
    /// <exception cref="CheckpointFormatException">The checkpoint is damaged, or all of them are; or of a newer version of the
    /// format.</exception>
    /// <exception cref="ArgumentException">Networks, options or the objective are not those of the run; the message names the
    /// differences. Nothing has changed
    /// then.</exception>
    public static TrainingCheckpoint Resume(this ITrainer trainer, string path, ResumeChanges allow = ResumeChanges.None)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no folder '{path}' to resume from. TrainingCheckpoints writes checkpoints, and "
                + "TrainingCheckpoint.In(folder) lists them.");
        }

        var notices = new List<string>();
        var found = TrainingCheckpoint.IsCheckpoint(path) ? OpenOne(path) : FindNewest(path, notices);
        RunDifferences.Require(trainer, found, allow);
        using var state = StateFiles.Read(found.FolderPath, trainer.Device);
        RunDifferences.Adapt(trainer, state, allow);
        trainer.LoadState(state);
        RunIdentity.Set(trainer, found.Record.Run);
        notices.AddRange(found.Record.Environment.Restore(trainer.Device, allow.HasFlag(ResumeChanges.Threads)));
        foreach (var notice in notices)
            Notices.Warn(notice.TrimEnd('.'), $"(on resuming from '{found.FolderPath}')");
        return found.With(notices);
    }

    private static TrainingCheckpoint OpenOne(string path)
    {
        if (CheckpointSums.FindFault(path) is { } fault)
        {
            throw new CheckpointFormatException(
                $"The checkpoint '{path}' is damaged: {fault}. The folder that it is in may have others: resume from that one, and the newest that is whole is taken.");
        }

        return TrainingCheckpoint.Open(path);
    }

    private static TrainingCheckpoint FindNewest(string folder, List<string> notices)
    {
        var candidates = TrainingCheckpoint.Candidates(folder).ToArray();
        if (candidates.Length == 0)
        {
            throw new FileNotFoundException(
                $"There is no checkpoint in '{folder}', whose folders would be named step-00001000 and the like.", folder);
        }

        TrainingCheckpoint? newest = null;
        var damaged = new List<(string Path, string Fault)>();
        foreach (var checkpoint in Sorted(candidates, damaged))
        {
            if (CheckpointSums.FindFault(checkpoint.FolderPath) is not { } fault)
            {
                newest = checkpoint;
                break;
            }

            damaged.Add((checkpoint.FolderPath, fault));
        }

        // One that was being written when its process was killed never was a checkpoint.
        foreach (var (path, fault) in damaged.Where(entry => !TemporaryFile.IsAbandoned(entry.Path)))
            notices.Add($"The checkpoint '{Path.GetFileName(path)}' is damaged and was passed over: {fault}.");
        if (newest is not null)
            return newest;
        throw notices.Count == 0
            ? new FileNotFoundException($"There is no checkpoint in '{folder}' that was written to its end.", folder)
            : new CheckpointFormatException($"No checkpoint in '{folder}' is whole. {string.Join(' ', notices)}");
    }

    // The newest first. One whose record can't be read has no place among them; whether it is damaged, or of a newer format, its checksums tell.
    private static IEnumerable<TrainingCheckpoint> Sorted(string[] candidates, List<(string Path, string Fault)> damaged)
    {
        var all = new List<TrainingCheckpoint>();
        foreach (var path in candidates)
        {
            try
            {
                all.Add(TrainingCheckpoint.Open(path));
            }
            catch (Exception error) when (error is CheckpointFormatException or IOException or UnauthorizedAccessException)
            {
                if (CheckpointSums.FindFault(path) is { } fault)
                    damaged.Add((path, fault));
                else
                    throw;
            }
        }

        return all.OrderByDescending(checkpoint => checkpoint.Record.Number);
    }
}
