namespace GanKit;

/// <summary>The LZW compression of GIF: codes that grow from 3 to 12 bits, packed from the lowest bit up.</summary>
internal static class LzwEncoder
{
    private const int MaxCodes = 4096;
    private const int TableSize = 16384; // A power of two, four times the codes, so that probes stay short.

    /// <summary>Appends image data: the minimum code size, sub-blocks of up to 255 bytes, and their terminator.</summary>
    /// <param name="output">Where to append.</param>
    /// <param name="indices">One palette index a pixel, each below 2 to the power of <paramref name="indexBits"/>.</param>
    /// <param name="indexBits">Bits of a palette index, 2 to 8.</param>
    internal static void Write(Stream output, ReadOnlySpan<byte> indices, int indexBits)
    {
        output.WriteByte((byte)indexBits);
        var bits = new BitWriter(output);
        var clear = 1 << indexBits;
        var end = clear + 1;
        var keys = new int[TableSize]; // (prefix code, next index) + 1, as zero means free
        var codes = new short[TableSize];

        var width = indexBits + 1;
        var next = end + 1;
        bits.Write(clear, width);
        int prefix = indices[0];
        foreach (var index in indices[1..])
        {
            var key = (prefix << 8 | index) + 1;
            var slot = (int)((uint)key * 2654435761u >> 18);
            while (keys[slot] != 0 && keys[slot] != key)
                slot = (slot + 1) & (TableSize - 1);
            if (keys[slot] == key)
            {
                prefix = codes[slot];
                continue;
            }

            bits.Write(prefix, width);
            prefix = index;
            if (next == MaxCodes)
            {
                bits.Write(clear, width);
                Array.Clear(keys);
                (width, next) = (indexBits + 1, end + 1);
                continue;
            }

            (keys[slot], codes[slot]) = (key, (short)next);
            // The decoder learns each code one step late, so codes get wider only once this one no longer fits.
            if (next++ == 1 << width)
                width++;
        }

        bits.Write(prefix, width);
        if (next == 1 << width && width < 12)
            width++;
        bits.Write(end, width);
        bits.Finish();
    }

    private sealed class BitWriter(Stream output)
    {
        private readonly byte[] _block = new byte[255];
        private int _length;
        private uint _pending;
        private int _pendingBits;

        internal void Write(int code, int width)
        {
            _pending |= (uint)code << _pendingBits;
            _pendingBits += width;
            while (_pendingBits >= 8)
                TakeByte();
        }

        internal void Finish()
        {
            if (_pendingBits > 0)
                TakeByte();
            if (_length > 0)
                FlushBlock();
            output.WriteByte(0);
        }

        private void TakeByte()
        {
            _block[_length++] = (byte)_pending;
            _pending >>= 8;
            _pendingBits -= 8;
            if (_length == _block.Length)
                FlushBlock();
        }

        private void FlushBlock()
        {
            output.WriteByte((byte)_length);
            output.Write(_block, 0, _length);
            _length = 0;
        }
    }
}
