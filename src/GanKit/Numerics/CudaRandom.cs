using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The random state of a GPU's default source.</summary>
internal static class CudaRandom
{
    // libtorch's layout, of its generator of Philox numbers: seed (8 bytes), offset (8), a multiple of 4.
    private const int Length = 16;

    /// <summary>The address of a GPU's source; 0 on another device, and where libtorch does not export it.</summary>
    internal static nint SourceOf(Device device) => device.type == DeviceType.CUDA ? RandomSource.OfGpu(Math.Max(device.index, 0)) : 0;

    /// <summary>The source of the device that a run is on.</summary>
    internal static void Visit(StateVisitor visitor, Device device)
    {
        const string Name = "cuda";
        if (device.type != DeviceType.CUDA)
        {
            visitor.PassOver(Name); // a run may go on on another device, though not to the last bit
            return;
        }

        if (!visitor.IsSaving && !visitor.Has(Name))
            return;
        var generator = SourceOf(device);
        if (generator == 0)
        {
            Notices.Warn(
                "libtorch does not show the random state of the GPU", "A run that goes on from a state draws other numbers there.");
            visitor.PassOver(Name);
            return;
        }

        using var scope = NewDisposeScope();
        var state = RandomSource.Read(generator);
        visitor.Tensor(Name, state, Fault);
        if (visitor.IsLoading)
            RandomSource.Write(generator, state);
    }

    private static string? Fault(Tensor state)
    {
        using var onHost = state.cpu();
        var offset = BitConverter.ToInt64(onHost.bytes[(Length / 2)..]);
        return offset >= 0 && offset % 4 == 0 ? null : $"is no random state of a GPU, whose offset {offset} would be a multiple of 4";
    }
}
