using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace GanKit.Tests.Runtime;

/// <summary>
/// What a user meets in a program without native libraries: the assemblies are loaded anew, and find none.
/// </summary>
public class MissingLibrariesTests
{
    private static readonly Assembly WithoutNative = new Bare().LoadFromAssemblyPath(typeof(Batch).Assembly.Location);

    public static TheoryData<string> Modules =>
    [
        .. typeof(Batch).Assembly.GetExportedTypes()
            // Generic ones join networks that exist already, and those have needed libtorch before.
            .Where(type => type.IsAssignableTo(typeof(nn.Module)) && !type.IsAbstract && !type.IsGenericType)
            .Select(type => type.FullName!),
    ];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Constructors_WithoutLibtorch_ThrowAndSaySo(string module)
    {
        foreach (var constructor in WithoutNative.GetType(module, throwOnError: true)!.GetConstructors())
        {
            object?[] arguments = [.. constructor.GetParameters().Select(Argument)];

            AssertNamed("libtorch, the native library", () =>
                constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null));
        }
    }

    [Fact]
    public void TrainerOptions_WithoutLibtorch_ThrowAndSaySo() =>
        AssertNamed("libtorch, the native library", () => Construct("GanKit.TrainerOptions"));

    [Fact]
    public void SampleGrid_WithoutSkia_ThrowsAtOnceAndSaysSo() =>
        AssertNamed("Skia, the native library", () => Construct("GanKit.Monitoring.SampleGrid", "samples.png", 1L));

    [Fact]
    public void ImageFolder_WithoutSkia_ThrowsAtOnceAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "a.png"), [0]);

        var load = WithoutNative.GetType("GanKit.Data.ImageFolder")!.GetMethod("Load")!;
        object?[] arguments = [folder.Path, .. load.GetParameters().Skip(1).Select(parameter => parameter.DefaultValue)];
        AssertNamed("Skia, the native library", () => load.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null));
    }

    /// <summary>What is in a file with weights can be seen without libtorch.</summary>
    [Fact]
    public void Inspect_WithoutLibtorch_RecognisesTheNetwork()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("weights.pth");
        using (var network = new ResnetGenerator(width: 2, blocks: 1, norm: GanKit.Layers.Norm.Batch))
            PyTorchFile.Save(path, network);

        var summary = WithoutNative.GetType("GanKit.Networks.GeneratorFactory")!.GetMethod("Inspect")!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [path, null], null);

        Assert.Contains("junyanz ResnetGenerator, 1 block, batch norm", summary!.ToString(), StringComparison.Ordinal);
    }

    private static void Construct(string type, params object[] arguments) =>
        WithoutNative.GetType(type, throwOnError: true)!.GetConstructors()[0].Invoke(
            BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static void AssertNamed(string expected, Action act)
    {
        var exception = Record.Exception(act);

        Assert.Equal("GanKit.NativeBackendException", exception?.GetType().FullName);
        Assert.StartsWith(expected, exception!.Message);
    }

    /// <summary>
    /// A value that a constructor would accept; a module, which can't be made here, is an empty one or none.
    /// </summary>
    private static object? Argument(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return parameter.HasDefaultValue ? parameter.DefaultValue
            : type == typeof(long) ? 32L
            : type.IsValueType ? Activator.CreateInstance(type)
            : type.Name == "Norm" ? type.GetProperty("None")!.GetValue(null)
            : type.IsAbstract ? null
            : RuntimeHelpers.GetUninitializedObject(type);
    }

    /// <summary>GanKit and its dependencies once more, which may not load native libraries.</summary>
    private sealed class Bare() : AssemblyLoadContext("without native libraries")
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name is "TorchSharp" or "SkiaSharp" or "GanKit.Checkpoints"
            ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"))
            : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            throw new DllNotFoundException($"Unable to load shared library '{unmanagedDllName}'.");
    }
}
