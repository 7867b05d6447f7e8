namespace GanKit.Tests.PyTorch;

public class OptimizerReaderTests
{
    [Theory]
    [InlineData("Adam", "step,exp_avg,exp_avg_sq", "betas,amsgrad")]
    [InlineData("Adamax", "step,exp_avg,exp_inf", "betas")]
    [InlineData("NAdam", "step,mu_product,exp_avg,exp_avg_sq", "betas")]
    [InlineData("RMSprop", "step,square_avg,momentum_buffer", "alpha,centered")]
    [InlineData("Adadelta", "step,square_avg,acc_delta", "rho")]
    [InlineData("Adagrad", "step,sum", "lr_decay")]
    [InlineData("SGD", "momentum_buffer", "nesterov")]
    [InlineData("optimiser", "something", "else")]
    public void Read_StateOfAKind_NamesIt(string kind, string entries, string settings)
    {
        Assert.Equal(kind, Read(State(entries), Group(settings)).Kind);
        if (kind is "Adam" or "RMSprop" or "SGD")
            Assert.Equal(kind, Read([], Group(settings)).Kind);
    }

    [Fact]
    public void Read_AdamWithWeightDecay_MayBeEither()
    {
        var group = Group("betas");
        Assert.Equal("Adam", Read(State("exp_avg,exp_avg_sq"), group).Kind);
        group["weight_decay"] = 0.01;
        Assert.Equal("Adam or AdamW", Read(State("exp_avg,exp_avg_sq"), group).Kind);
        group["decoupled_weight_decay"] = true;
        Assert.Equal("AdamW", Read(State("exp_avg,exp_avg_sq"), group).Kind);
        group["decoupled_weight_decay"] = false;
        Assert.Equal("Adam", Read(State("exp_avg,exp_avg_sq"), group).Kind);
    }

    [Fact]
    public void Read_Steps_AreTheMost()
    {
        var state = new PyTorchDict
        {
            [0L] = new PyTorchDict { ["step"] = 3L, ["exp_avg_sq"] = 0L },
            [1L] = new PyTorchDict { ["step"] = Number("float32", BitConverter.GetBytes(1200f)) },
            [2L] = new PyTorchDict { ["step"] = Number("int64", BitConverter.GetBytes(7L)) },
        };

        var group = new PyTorchDict
        {
            ["lr"] = 2e-4,
            ["betas"] = new object?[] { 0.5, 0.999 },
            ["params"] = new List<object?> { 0L, 1L, 2L },
        };

        var summary = Read(state, group);

        Assert.Equal("Adam, 3 parameters, 1200 steps, lr 0.0002, betas (0.5, 0.999)", summary.ToString());
        Assert.Equal("optG", summary.Key);
    }

    [Fact]
    public void Read_StepsThatTheFileHasNot_AreUnknown()
    {
        var step = Number("float32", new byte[4], missing: true);
        var state = new PyTorchDict { [0L] = new PyTorchDict { ["step"] = step, ["exp_avg_sq"] = 0L } };

        Assert.Null(Read(state, []).Steps);
        Assert.Null(Read(new PyTorchDict { [0L] = new PyTorchDict { ["step"] = "x" } }, []).Steps);
        Assert.Equal(0, Read([], []).Steps);
    }

    private static OptimizerSummary Read(PyTorchDict state, PyTorchDict group) => OptimizerReader.Read(
        "optG", new PyTorchDict { ["state"] = state, ["param_groups"] = new List<object?> { group } });

    private static PyTorchDict State(string entries)
    {
        var ofOne = new PyTorchDict();
        foreach (var entry in entries.Split(','))
            ofOne[entry] = 1L;
        return new PyTorchDict { [0L] = ofOne };
    }

    private static PyTorchDict Group(string settings)
    {
        var group = new PyTorchDict { ["lr"] = 0.1, ["params"] = new List<object?> { 0L } };
        foreach (var setting in settings.Split(','))
            group[setting] = 0L;
        return group;
    }

    private static PyTorchTensor Number(string dtype, byte[] bytes, bool missing = false) =>
        new(missing ? new Missing() : new MemoryData(bytes), PyTorchDtype.Find(dtype)!, []);

    /// <summary>A storage that the file was cut before.</summary>
    private sealed class Missing : StorageData
    {
        internal override long Length => 8;

        internal override void Read(long offset, Span<byte> destination) =>
            throw new CheckpointFormatException("the file ends.");
    }
}
