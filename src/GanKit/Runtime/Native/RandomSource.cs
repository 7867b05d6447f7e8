using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The default random sources of devices, by address, and their states.</summary>
/// <remarks>
/// <c>getDefaultCUDAGenerator(c10::DeviceIndex)</c> and <c>getDefaultCPUGenerator()</c> return a reference, which is the pointer that
/// TorchSharp's native library takes.
/// </remarks>
internal static unsafe class RandomSource
{
    /// <summary>The address of a GPU's source; 0 where libtorch does not export it.</summary>
    internal static nint OfGpu(int index) => LoadedLibtorch.FindForCuda(NativeNames.CudaGenerator) is var source and not 0
        ? ((delegate* unmanaged[Cdecl]<sbyte, nint>)source)((sbyte)index) : 0;

    /// <summary>The address of the processor's source; 0 where libtorch does not export it.</summary>
    internal static nint OfProcessor() =>
        LoadedLibtorch.Find(NativeNames.CpuGenerator) is [var source] ? ((delegate* unmanaged[Cdecl]<nint>)source)() : 0;

    /// <summary>A source's state: bytes on the processor.</summary>
    internal static Tensor Read(nint generator) => Tensor.UnsafeCreateTensor(
        ((delegate* unmanaged[Cdecl]<nint, nint>)OfTorchSharp(NativeNames.GetGeneratorState))(generator));

    /// <summary>Sets a source's state, which is one of <see cref="Read"/>: the native function ends the process where it refuses one.</summary>
    internal static void Write(nint generator, Tensor state)
    {
        ((delegate* unmanaged[Cdecl]<nint, nint, void>)OfTorchSharp(NativeNames.SetGeneratorState))(generator, state.Handle);
        GC.KeepAlive(state);
    }

    /// <summary>Where a function of TorchSharp's native library is.</summary>
    /// <exception cref="EntryPointNotFoundException">It has none of that name.</exception>
    internal static nint OfTorchSharp(string name) =>
        NativeLibrary.GetExport(NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, searchPath: null), name);
}
