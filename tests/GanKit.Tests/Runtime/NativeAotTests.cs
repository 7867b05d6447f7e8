using static TorchSharp.torch.nn;

namespace GanKit.Tests.Runtime;

public class NativeAotTests
{
    [Fact]
    public void Hint_NetworkWithoutWeightsInANativeProgram_NamesTheAssemblyToKeep()
    {
        using var empty = Sequential();

        Assert.Contains("<TrimmerRootAssembly Include=\"TorchSharp\" />", NativeAot.Hint(empty, isNative: true));
        Assert.Contains("native AOT", NativeAot.Hint(empty, isNative: true));
    }

    [Fact]
    public void Hint_AnythingElse_IsEmpty()
    {
        using var empty = Sequential();
        using var norm = BatchNorm1d(2, affine: false); // buffers alone

        Assert.Equal("", NativeAot.Hint(empty));
        Assert.Equal("", NativeAot.Hint(norm, isNative: true));
    }
}
