namespace GanKit.Tests.Numerics;

public class PrecisionTests
{
    [Theory]
    [InlineData("float32", "float32")]
    [InlineData("f32", "float32")]
    [InlineData(" BF16", "bfloat16")]
    [InlineData("bfloat16", "bfloat16")]
    [InlineData("f16", "float16")]
    public void Parse_NamesAndShortNames_GivesThatOfTheCatalogue(string text, string name) =>
        Assert.Equal(name, Precision.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("half")]
    [InlineData("float64")]
    public void Parse_AnythingElse_SaysWhatIsAllowed(string text)
    {
        var error = Assert.Throws<ArgumentException>(() => Precision.Parse(text));
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("bfloat16 (bf16)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_HasEachWithItsType() => Assert.Equal(
        [ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16], Precision.All.Select(precision => precision.Dtype));

    [Fact]
    public void AllowTensorFloat32_IsKept_AndIsBothOfLibtorchsSwitches()
    {
        var (products, convolutions) = (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32);
        try
        {
            Devices.AllowTensorFloat32 = true;
            Assert.True(Devices.AllowTensorFloat32 && backends.cuda.matmul.allow_tf32 && backends.cudnn.allow_tf32);
            Devices.AllowTensorFloat32 = false;
            Assert.False(Devices.AllowTensorFloat32 || backends.cuda.matmul.allow_tf32 || backends.cudnn.allow_tf32);
            backends.cudnn.allow_tf32 = true;
            Assert.False(Devices.AllowTensorFloat32);
        }
        finally
        {
            (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (products, convolutions);
        }
    }
}
