using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The random state of a GPU's default source, which libtorch and TorchSharp's native library export, and TorchSharp does not bind.</summary>
/// <remarks>
/// <c>at::cuda::detail::getDefaultCUDAGenerator(c10::DeviceIndex)</c> returns a reference, which is the pointer that
/// <c>THSGenerator_get_rng_state</c> and <c>THSGenerator_set_rng_state</c> take. Names are mangled as <see cref="AutocastFunctions"/> says.
/// The same is tried with the processor's source, <c>at::detail::getDefaultCPUGenerator()</c>.
/// </remarks>
internal static unsafe class CudaRandom
{
    // libtorch's layout, of its generator of Philox numbers: seed (8 bytes), offset (8), a multiple of 4.
    private const int Length = 16;

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
        var source = Find(
            OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so", "_ZN2at4cuda6detail23getDefaultCUDAGeneratorEa",
            "?getDefaultCUDAGenerator@detail@cuda@at@@YAAEBUGenerator@3@C@Z");
        if (source == 0)
        {
            Notices.Warn(
                "libtorch does not show the random state of the GPU", "A run that goes on from a state draws other numbers there.");
            visitor.PassOver(Name);
            return;
        }

        using var scope = NewDisposeScope();
        var generator = ((delegate* unmanaged[Cdecl]<sbyte, nint>)source)((sbyte)Math.Max(device.index, 0));
        var state = Read(generator);
        visitor.Tensor(Name, state, Fault);
        if (visitor.IsLoading)
            Write(generator, state);
    }

    /// <summary>The address of the processor's default source; 0 where libtorch does not export it.</summary>
    internal static nint OfProcessor()
    {
        var source = Find("libtorch_cpu.so", "_ZN2at6detail22getDefaultCPUGeneratorEv", "?getDefaultCPUGenerator@detail@at@@YAAEBUGenerator@2@XZ");
        return source == 0 ? 0 : ((delegate* unmanaged[Cdecl]<nint>)source)();
    }

    /// <summary>A source's state: bytes on the processor.</summary>
    internal static Tensor Read(nint generator) =>
        Tensor.UnsafeCreateTensor(((delegate* unmanaged[Cdecl]<nint, nint>)OfTorchSharp("THSGenerator_get_rng_state"))(generator));

    /// <summary>Sets a source's state, which is one of <see cref="Read"/>: the native function ends the process where it refuses one.</summary>
    internal static void Write(nint generator, Tensor state)
    {
        ((delegate* unmanaged[Cdecl]<nint, nint, void>)OfTorchSharp("THSGenerator_set_rng_state"))(generator, state.Handle);
        GC.KeepAlive(state);
    }

    private static string? Fault(Tensor state)
    {
        using var onHost = state.cpu();
        var offset = BitConverter.ToInt64(onHost.bytes[(Length / 2)..]);
        return offset >= 0 && offset % 4 == 0 ? null : $"is no random state of a GPU, whose offset {offset} would be a multiple of 4";
    }

    private static nint OfTorchSharp(string name) =>
        NativeLibrary.GetExport(NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, searchPath: null), name);

    private static nint Find(string file, string itanium, string microsoft) =>
        LoadedLibrary.FindPath(file) is { } path && NativeLibrary.TryLoad(path, out var library)
            && NativeLibrary.TryGetExport(library, OperatingSystem.IsWindows() ? microsoft : itanium, out var found) ? found : 0;
}
