using System.Text;

namespace GanKit.Checkpoints;

/// <summary>Writes a <see cref="CheckpointSummary"/> for a terminal.</summary>
internal sealed class SummaryReport
{
    private const int Columns = 100;
    private const int MostChildren = 12;
    private const int MostLines = 100;
    private const int LongestName = 60;

    private readonly StringBuilder _text = new();
    private int _treeLines;

    internal static string Of(CheckpointSummary summary)
    {
        var report = new SummaryReport();
        report.Write(summary);
        return report._text.ToString().TrimEnd('\n');
    }

    private void Write(CheckpointSummary summary)
    {
        Line($"{Printable.Text(Path.GetFileName(Path.TrimEndingDirectorySeparator(summary.FilePath)), LongestName)}: " +
            $"{FormatName(summary.Format)}, {Printable.Bytes(summary.FileSize)}");
        Line($"{Words.Count(summary.Tensors.Count, "tensor")}, {Printable.Number(summary.ElementCount)} numbers, " +
            $"{Printable.Bytes(summary.ByteCount)}");
        foreach (var (key, value) in summary.Metadata.Take(MostChildren))
            Line($"metadata {Printable.Text(key, LongestName)}: {Printable.Text(value, LongestName)}");

        Line("");
        Line(summary.Root.Text);
        WriteChildren(summary.Root, "");
        if (_treeLines > MostLines)
            Line("... and more");
        Section("Weights", summary.Weights, WriteWeights);
        if (summary.Averages.Count > 0)
        {
            Line("");
            Line($"Averaged weights, taken unless a key says otherwise: {string.Join(", ", summary.Averages.Select(NameOf))}");
        }

        Section("Optimisers", summary.Optimizers, optimizer => Line($"  {NameOf(optimizer.Key)}: {optimizer}"));
    }

    private void Section<T>(string title, IReadOnlyList<T> parts, Action<T> write)
    {
        if (parts.Count == 0)
            return;
        Line("");
        Line(title);
        foreach (var part in parts.Take(MostChildren))
            write(part);
        if (parts.Count > MostChildren)
            Line($"  ... and {parts.Count - MostChildren} more");
    }

    private void WriteWeights(WeightsSummary weights)
    {
        var of = weights.ModuleClass is null ? "" : $" of a {Printable.Text(weights.ModuleClass, LongestName)}";
        Line($"  {NameOf(weights.Key)}: {Words.Count(weights.TensorCount, "tensor")}{of}");
        foreach (var line in weights.Networks)
            Wrapped(Printable.Text(line, 10 * Columns));
    }

    private void WriteChildren(CheckpointNode node, string indent)
    {
        var shown = node.Children.Count <= MostChildren ? node.Children.Count : MostChildren - 2;
        for (var i = 0; i < shown && _treeLines <= MostLines; i++)
        {
            var child = node.Children[i];
            var last = i == node.Children.Count - 1;
            var isLayer = child is { ModuleClass: not null, Children.Count: > 0 }
                && child.Children.All(part => part.Tensor is not null);
            TreeLine($"{indent}{(last ? "└─ " : "├─ ")}{(isLayer ? DescribeLayer(child) : child)}");
            if (!isLayer)
                WriteChildren(child, indent + (last ? "   " : "│  "));
        }

        if (shown < node.Children.Count)
            TreeLine($"{indent}└─ ... and {Printable.Number(node.Children.Count - shown)} more");
    }

    /// <summary>A module that holds nothing but tensors takes one line.</summary>
    private static string DescribeLayer(CheckpointNode layer)
    {
        var tensors = layer.Children.Select(
            part => $"{Printable.Text(part.Name, LongestName)} {TensorExtensions.DescribeShape([.. part.Tensor!.Shape])}");
        return $"{Printable.Text(layer.Name, LongestName)}: {layer.ModuleClass}, {string.Join(", ", tensors)}";
    }

    private void TreeLine(string line)
    {
        if (++_treeLines <= MostLines)
            Line(line);
    }

    /// <summary>A line of a list's entry, continued below where it is too long.</summary>
    private void Wrapped(string text)
    {
        const string First = "    - ";
        const string Others = "      ";
        var line = new StringBuilder(First);
        foreach (var word in text.Split(' '))
        {
            if (line.Length > First.Length && line.Length + word.Length >= Columns)
            {
                Line(line.ToString().TrimEnd());
                line.Clear().Append(Others);
            }

            line.Append(word).Append(' ');
        }

        Line(line.ToString().TrimEnd());
    }

    private void Line(string line)
    {
        const string Cut = "...";
        if (line.Length > Columns)
        {
            var end = Columns - Cut.Length;
            line = string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[end - 1]) ? end - 1 : end), Cut);
        }

        _text.Append(line).Append('\n');
    }

    private static string NameOf(string key) => key.Length == 0 ? "(root)" : Printable.Text(key, LongestName);

    private static string FormatName(CheckpointFormat format) => format switch
    {
        CheckpointFormat.PyTorchZip => "torch.save, zip format (since PyTorch 1.6)",
        CheckpointFormat.PyTorchLegacy => "torch.save, legacy format (before PyTorch 1.6)",
        CheckpointFormat.Pickle => "a bare pickle",
        CheckpointFormat.Safetensors => "safetensors",
        CheckpointFormat.Sharded => "several files with an index",
        CheckpointFormat.TorchSharp => "TorchSharp's own format",
        _ => format.ToString(),
    };
}
