using System.Runtime.InteropServices;

namespace GanKit.Data;

/// <summary>A worker's memory for one sample after another: taken piece by piece, given back all at once.</summary>
/// <remarks>
/// After the first samples it is one block that is as large as they needed, and nothing is allocated any more. Its memory
/// is pinned, never cleared, and belongs to one thread at a time.
/// </remarks>
internal sealed class RenderContext
{
    /// <summary>That of the sample which this thread makes for a loader, if it makes one.</summary>
    [field: ThreadStatic]
    internal static RenderContext? OfSample { get; set; }

    private const int SmallestBlock = 1 << 16;
    private const int Line = 64;

    /// <summary>The memory of one huge image is not kept for the small ones after it.</summary>
    private const long MostKept = 1 << 28;

    private readonly List<byte[]> _blocks = [];
    private readonly List<PictureNote> _notes = [];
    private Mark _here;

    /// <summary>Whether an image that breaks off is taken as far as it goes.</summary>
    internal bool TakesTruncated { get; init; }

    /// <summary>Notes on images since <see cref="Clear"/>.</summary>
    internal IReadOnlyList<PictureNote> Notes => _notes;

    /// <summary>The memory that it holds.</summary>
    internal long Size => _blocks.Sum(block => (long)block.Length);

    /// <summary>Where the next piece will be taken from: see <see cref="ReturnTo"/>.</summary>
    internal Mark Here => _here;

    /// <summary>A piece of memory, with whatever is in it.</summary>
    internal Memory<byte> Bytes(int count)
    {
        var size = (int)Math.Min(((long)count + Line - 1) / Line * Line, Array.MaxLength);
        while (_here.Block < _blocks.Count && _blocks[_here.Block].Length - _here.Used < size)
            _here = new(_here.Block + 1, 0);
        if (_here.Block == _blocks.Count)
            _blocks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(size, SmallestBlock), pinned: true));
        var piece = _blocks[_here.Block].AsMemory(_here.Used, count);
        _here = _here with { Used = _here.Used + size };
        return piece;
    }

    /// <inheritdoc cref="Bytes"/>
    internal Span<float> Floats(int count) => MemoryMarshal.Cast<byte, float>(Bytes(checked(count * sizeof(float))).Span);

    /// <summary>Keeps a note for the loader, unless there is an equal one.</summary>
    internal void Note(PictureNote note)
    {
        if (!_notes.Contains(note))
            _notes.Add(note);
    }

    /// <summary>Gives back all that was taken since.</summary>
    internal void ReturnTo(Mark mark) => _here = mark;

    /// <summary>Gives back everything.</summary>
    internal void Clear()
    {
        _here = default;
        _notes.Clear();
        if (_blocks.Count < 2 && Size <= MostKept)
            return;
        var size = Size;
        _blocks.Clear();
        if (size <= MostKept)
            _blocks.Add(GC.AllocateUninitializedArray<byte>((int)size, pinned: true));
    }

    internal readonly record struct Mark(int Block, int Used);
}
