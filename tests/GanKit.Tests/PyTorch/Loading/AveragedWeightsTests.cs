namespace GanKit.Tests.PyTorch;

/// <summary>Averaged weights are taken before raw ones, whatever a trainer calls them, and it is said.</summary>
public sealed class AveragedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DcganGenerator _raw = new(16, latentSize: 4, width: 2);
    private readonly DcganGenerator _average = new(16, latentSize: 4, width: 2);
    private readonly DcganDiscriminator _discriminator = new(16, width: 2);

    private string FilePath => _folder.File("checkpoint.pth");

    public void Dispose()
    {
        _raw.Dispose();
        _average.Dispose();
        _discriminator.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("g", "g_ema")]                                      // rosinality, FastGAN, DiffAugment
    [InlineData("G", "G_ema")]                                      // NVlabs
    [InlineData("params", "params_ema")]                            // BasicSR
    [InlineData("state_dict", "ema_state_dict")]
    [InlineData("state_dict", "state_dict_ema")]                    // timm
    [InlineData("model", "model_ema")]
    [InlineData("model", "ema")]
    [InlineData("generator", "g_running")]                          // style-based-gan-pytorch
    [InlineData("generator", "generator_smooth")]                   // GenForce
    [InlineData("generator", "generator_test")]                     // gan_stability
    [InlineData("netG", "avgG")]                                    // pytorch_GAN_zoo
    [InlineData("gen_state_dict", "avg_gen_state_dict")]            // AutoGAN, TransGAN
    [InlineData("net.generator", "net.generatorEMA")]
    [InlineData("model_non_ema", "model_ema")]
    [InlineData("gen", "gen_shadow")]                               // pro_gan_pytorch
    [InlineData("swa.raw", "swa.averaged")]
    [InlineData("models.G_ema.online_model", "models.G_ema.ema_model")] // gigagan-pytorch
    public void Names_OfDictionaries_AreUnderstood(string raw, string average)
    {
        foreach (var averageFirst in new[] { false, true })
        {
            var checkpoint = new PyTorchDict { ["epoch"] = 3L };
            foreach (var (path, network) in averageFirst
                ? new[] { (average, _average), (raw, _raw) } : [(raw, _raw), (average, _average)])
                Put(checkpoint, path, network);
            checkpoint["netD"] = _discriminator;
            PyTorchFile.Save(FilePath, checkpoint);

            TakesTheAverage(average, raw);
        }
    }

    [Theory]
    [InlineData("generator.", "generator_ema.")]                    // MMGeneration
    [InlineData("online_model.", "ema_model.")]                     // ema-pytorch
    [InlineData("module.", "averaged_model.")]                      // imaginaire
    [InlineData("module.module.", "module.averaged_model.")]
    [InlineData("G.", "GE.")]                                       // stylegan2-pytorch, lightweight-gan
    [InlineData("netG.", "netG_ema.module.")]
    [InlineData("generator.", "ema.generator.")]
    [InlineData("", "ema.")]
    public void Names_WithinOneStateDict_AreUnderstood(string raw, string average)
    {
        foreach (var outer in new[] { "", "state_dict" })
        {
            var weights = new PyTorchDict();
            Add(weights, raw, _raw);
            Add(weights, average, _average);
            weights["initted"] = tensor(true);
            weights["step"] = tensor(7L);
            if (raw.Length > 0)
                Add(weights, "discriminator.", _discriminator);
            PyTorchFile.Save(FilePath, outer.Length == 0 ? weights : new PyTorchDict { [outer] = weights, ["epoch"] = 1L });

            TakesTheAverage(average.Replace("module.", "", StringComparison.Ordinal).TrimEnd('.'), null);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("generator.")]
    public void AveragedModel_OfPyTorch_IsKnownByItsCount(string prefix)
    {
        var weights = new PyTorchDict { [$"{prefix}n_averaged"] = tensor(5L) };
        Add(weights, $"{prefix}module.", _average);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["model"] = _raw, ["second"] = weights });

        TakesTheAverage("second", "model");

        PyTorchFile.Save(FilePath, weights);
        TakesTheAverage("", null);
    }

    /// <summary>Their callbacks save the average where the raw weights would be, and the other way round.</summary>
    [Fact]
    public void Trainers_ThatExchangeThePlaces_AreKnown()
    {
        PyTorchFile.Save(FilePath, new PyTorchDict
        {
            ["state_dict"] = _average,
            ["current_model_state"] = _raw,
            ["averaging_state"] = new PyTorchDict { ["n_averaged"] = tensor(3L) },
        });
        TakesTheAverage("state_dict", "current_model_state"); // Lightning

        var exchanged = new PyTorchDict { ["steps"] = tensor(3L) };
        Add(exchanged, "module.", _raw);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["meta"] = new PyTorchDict(), ["state_dict"] = _average, ["ema_state_dict"] = exchanged });
        TakesTheAverage("state_dict", "ema_state_dict"); // MMEngine
    }

    /// <summary>FastGAN saves the parameters' averages as a list, torch_ema beside counts; both leave the buffers where they are.</summary>
    [Theory]
    [InlineData("g_ema")]
    [InlineData("ema.shadow_params")]
    public void Averages_AsAList_GetTheNamesAndBuffersOfTheRawWeights(string path)
    {
        var list = _average.parameters().Select(parameter => (object?)parameter).ToList();
        var checkpoint = new PyTorchDict { ["g"] = _raw, ["d"] = _discriminator };
        if (path == "g_ema")
            checkpoint[path] = list;
        else
            checkpoint["ema"] = new PyTorchDict { ["decay"] = 0.999, ["num_updates"] = 4L, ["shadow_params"] = list, ["collected_params"] = new List<object?>() };
        PyTorchFile.Save(FilePath, checkpoint);

        TakesTheAverage(path, "g", ofParameters: true);
    }

    [Fact]
    public void Averages_WithoutBuffers_GetThoseOfTheRawWeights()
    {
        var shadow = new PyTorchDict();
        foreach (var (name, parameter) in _average.named_parameters())
            shadow[name] = parameter;
        PyTorchFile.Save(FilePath, new PyTorchDict { ["model"] = _raw, ["ema"] = new PyTorchDict { ["shadow"] = shadow } });

        TakesTheAverage("ema.shadow", "model", ofParameters: true);
    }

    [Fact]
    public void Averages_WithoutBuffers_GetThoseOfTheirOwnNetwork()
    {
        var shadow = new PyTorchDict();
        foreach (var (name, parameter) in _average.named_parameters())
            shadow[name] = parameter;
        PyTorchFile.Save(FilePath, new PyTorchDict { ["netG_A"] = _average, ["netG_B"] = _raw, ["netG_B_ema"] = shadow });

        using var file = PyTorchFile.Open(FilePath);

        Assert.EndsWith("are those of 'netG_B'", Assert.Single(file.StateDicts[2].Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("model.")]
    public void Averages_OfLitEma_GetTheirDotsBack(string prefix)
    {
        var weights = new PyTorchDict();
        Add(weights, prefix, _raw);
        weights["model_ema.decay"] = tensor(0.999f);
        weights["model_ema.num_updates"] = tensor(3);
        foreach (var (name, parameter) in _average.named_parameters())
            weights[$"model_ema.{name.Replace(".", "", StringComparison.Ordinal)}"] = parameter;
        PyTorchFile.Save(FilePath, new PyTorchDict { ["state_dict"] = weights });

        TakesTheAverage("state_dict.model_ema", null, ofParameters: true);
    }

    /// <summary>An EMA wrapper in a Lightning module lists the generator that it averages once more.</summary>
    [Fact]
    public void AWrapper_BesideTheNetworkThatItAverages_IsUnderstood()
    {
        var weights = new PyTorchDict();
        Add(weights, "generator.", _raw);
        Add(weights, "ema.online_model.", _raw);
        Add(weights, "ema.ema_model.", _average);
        weights["ema.step"] = tensor(3L);
        Add(weights, "discriminator.", _discriminator);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["state_dict"] = weights });

        TakesTheAverage("state_dict.ema.ema_model", "state_dict.generator");
    }

    private void TakesTheAverage(string key, string? raw, bool ofParameters = false)
    {
        using var target = new DcganGenerator(16, latentSize: 4, width: 2);
        target.LoadWeights(FilePath, new(), out var report);
        using var built = GeneratorFactory.FromCheckpoint(FilePath, new(), out var recognition);
        var inspected = GeneratorFactory.Inspect(FilePath);

        foreach (var loaded in new nn.Module[] { target, built })
        {
            if (ofParameters)
            {
                Assert.All(_average.named_parameters().Zip(loaded.parameters()), pair => TensorAssert.Equal(pair.First.parameter, pair.Second));
                Assert.All(_raw.named_buffers().Zip(loaded.buffers()), pair => TensorAssert.Equal(pair.First.buffer, pair.Second));
            }
            else
            {
                Same(_average, loaded);
            }
        }

        Assert.True(report.IsAverage);
        Assert.Contains(key, report.Key, StringComparison.Ordinal);
        Assert.Contains(report.Notes, note => note.Contains("averaged weights", StringComparison.Ordinal));
        Assert.Contains(recognition.Notes, note => note.Contains("averaged weights", StringComparison.Ordinal));
        if (raw is not null)
            Assert.Contains(report.Notes, note => note.EndsWith($"not the raw ones under '{raw}'", StringComparison.Ordinal));
        Assert.Contains("Averaged weights, taken unless a key says otherwise: ", inspected.ToString(), StringComparison.Ordinal);
        Assert.Single(inspected.Averages);
    }

    private static void Same(nn.Module expected, nn.Module actual) =>
        Assert.All(expected.state_dict(), entry => TensorAssert.Equal(entry.Value, actual.state_dict()[entry.Key]));

    private static void Put(PyTorchDict root, string path, nn.Module network)
    {
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
            root = (PyTorchDict)(root[part] = root.GetValueOrDefault(part) ?? new PyTorchDict())!;
        root[parts[^1]] = network;
    }

    private static void Add(PyTorchDict weights, string prefix, nn.Module network)
    {
        foreach (var (name, weight) in network.state_dict())
            weights[prefix + name] = weight;
    }
}
